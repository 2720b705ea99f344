import Canvas

/// Which panes of a queue's screen are shown, and where.
///
/// ```
/// 100 columns and more     80 x 24              smaller
/// ╭ summary ───────────╮   ╭ summary ───────╮   ╭ the focused pane ╮
/// ╰────────────────────╯   ╰────────────────╯   │                  │
/// ╭ consumers ╮╭ bind. ╮   ╭ the focused ───╮   ╰──────────────────╯
/// │           │╭ settg ╮   │ list           │
/// ╰───────────╯╰───────╯   ╰────────────────╯
/// ```
struct QueuePanes {
    /// Rows that the summary takes where it shares the screen.
    static let summaryRows = 14
    /// Rows that a list needs at least: a frame, titles and one line.
    static let listRowsMin = 4
    static let columnsForAll = 100

    private(set) var places: [(pane: QueueScreen.Pane, area: Area)] = []

    /// - Parameter isStream: Its settings tell of its groups, which have much to say.
    init(focus: QueueScreen.Pane, area: Area, isStream: Bool) {
        guard area.rows >= Self.summaryRows + Self.listRowsMin else {
            self.places = [(focus, area)]
            return
        }
        // Charts gain from height, lists only from what they have to show.
        let summary = max(Self.summaryRows, min(20, area.rows * 11 / 20))
        let (top, lists) = area.splitTop(summary)
        self.places = [(.summary, top)]
        guard area.columns >= Self.columnsForAll else {
            self.places.append((focus == .summary ? .consumers : focus, lists))
            return
        }
        let (left, right) = lists.splitLeft(isStream ? area.columns / 2 : area.columns * 2 / 3)
        let (bindings, settings) = right.splitTop(
            isStream ? Self.listRowsMin : (right.rows + 1) / 2)
        self.places += [(.consumers, left), (.bindings, bindings), (.settings, settings)]
    }
}
