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
    /// The first rows of the alarms, which are the broker's own.
    let brokerAlarmRows: Int

    private static let chartRowsMin = 5
    private static let chartRowsMax = 14
    private static let rankingRows = OverviewRankings.countMax + 2
    /// Cells below which three things do not fit beside each other.
    private static let threeColumnsMin = 66

    /// - Parameters:
    ///   - alarms: Queues with an alarm.
    ///   - brokerAlarmRows: Rows for what is wrong with the broker as a whole.
    init(area: Area, alarms: Int, brokerAlarmRows: Int) {
        let alarms = alarms + brokerAlarmRows
        self.brokerAlarmRows = brokerAlarmRows
        let isWide = area.columns >= Self.threeColumnsMin
        let alarmRowsMin = 3 + brokerAlarmRows
        let figureRows =
            isWide ? (area.columns >= 110 ? 3 : 4) : min(6, area.rows - alarmRowsMin)
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

    /// Where the queues of a list stand; nil when the list is not shown.
    func rows(of list: OverviewScreen.List) -> Area? {
        guard let inner = self.lists[list]?.inset(by: 1) else { return nil }
        return list == .alarms ? inner.splitTop(self.brokerAlarmRows).rest : inner
    }

    /// Rows of a list that can be seen.
    func visibleRows(of list: OverviewScreen.List) -> Int { self.rows(of: list)?.rows ?? 0 }

    private static func thirds(of area: Area) -> [Area] {
        let (left, rest) = area.splitLeft(area.columns / 3)
        let (middle, right) = rest.splitLeft(rest.columns / 2)
        return [left, middle, right]
    }
}
