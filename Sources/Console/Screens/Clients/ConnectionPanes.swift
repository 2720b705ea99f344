import Canvas

/// Which panes of a connection's screen are shown, and where.
///
/// ```
/// 100 columns and more     80 x 24              smaller
/// ╭ summary ───────────╮   ╭ summary ───────╮   ╭ the focused pane ╮
/// ╰────────────────────╯   ╰────────────────╯   │                  │
/// ╭ consumers ╮╭ queues╮   ╭ the focused ───╮   ╰──────────────────╯
/// │           │╭ client╮   │ list           │
/// ╰───────────╯╰───────╯   ╰────────────────╯
/// ```
struct ConnectionPanes {
    static let summaryRows = 6
    /// Rows that a list needs at least beside the summary.
    static let listRowsMin = 6
    static let columnsForAll = 100

    private(set) var places: [(pane: ConnectionScreen.Pane, area: Area)] = []

    init(focus: ConnectionScreen.Pane, area: Area) {
        guard area.rows >= Self.summaryRows + Self.listRowsMin else {
            self.places = [(focus, area)]
            return
        }
        let (top, lists) = area.splitTop(Self.summaryRows)
        self.places = [(.summary, top)]
        guard area.columns >= Self.columnsForAll else {
            self.places.append((focus == .summary ? .consumers : focus, lists))
            return
        }
        let (left, right) = lists.splitLeft(area.columns * 2 / 3)
        let (queues, client) = right.splitTop(right.rows / 3)
        self.places += [(.consumers, left), (.queues, queues), (.client, client)]
    }

    func area(of pane: ConnectionScreen.Pane) -> Area? {
        self.places.first { $0.pane == pane }?.area
    }
}
