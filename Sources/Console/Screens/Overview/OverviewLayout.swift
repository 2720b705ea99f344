import Canvas

/// Where the parts of the overview stand.
///
/// ```
/// ╭ Broker ──────────────────────────╮
/// ╭ In ──────╮╭ Out ─────╮╭ Depth ───╮   only where there is room
/// ╭ Alarms ──────────────────────────╮
/// ╭ Deepest ─╮╭ Dead ────╮╭ Oldest ──╮   only where there is room
/// ```
struct OverviewLayout {
    let figures: Area
    /// Rates in, rates out, depth; empty when they do not fit.
    let charts: [Area]
    let lists: [OverviewScreen.List: Area]

    private static let chartRowsMin = 5
    private static let chartRowsMax = 14
    private static let rankingRows = OverviewRankings.countMax + 2
    /// Cells below which three things do not fit beside each other.
    private static let threeColumnsMin = 66

    init(area: Area, alarms: Int) {
        let isWide = area.columns >= Self.threeColumnsMin
        let figureRows = isWide ? (area.columns >= 110 ? 3 : 4) : min(6, area.rows - 3)
        let (figures, below) = area.splitTop(figureRows)
        self.figures = figures
        let hasRankings = isWide && below.rows >= Self.rankingRows + 3
        let (middle, rankings) = below.splitBottom(hasRankings ? Self.rankingRows : 0)
        let alarmsWanted = min(max(3, alarms + 2), max(3, middle.rows / 2))
        let chartRows = min(Self.chartRowsMax, middle.rows - alarmsWanted)
        let hasCharts = isWide && chartRows >= Self.chartRowsMin
        let (charts, alarmArea) = middle.splitTop(hasCharts ? chartRows : 0)
        self.charts = hasCharts ? Self.thirds(of: charts) : []
        var lists: [OverviewScreen.List: Area] = [.alarms: alarmArea]
        if hasRankings {
            let thirds = Self.thirds(of: rankings)
            (lists[.deepest], lists[.mostDead], lists[.oldest]) =
                (thirds[0], thirds[1], thirds[2])
        }
        self.lists = lists
    }

    /// Rows of a list that can be seen.
    func visibleRows(of list: OverviewScreen.List) -> Int {
        self.lists[list].map { $0.inset(by: 1).rows } ?? 0
    }

    private static func thirds(of area: Area) -> [Area] {
        let (left, rest) = area.splitLeft(area.columns / 3)
        let (middle, right) = rest.splitLeft(rest.columns / 2)
        return [left, middle, right]
    }
}
