import Canvas

/// Which rows of the terminal the shell uses for what.
///
/// ```
/// 0          header
/// 1          tabs
/// 2 …        the screen
/// rows - 1   footer, or the prompt
/// ```
struct ShellLayout {
    /// Below these nothing useful can be shown.
    static let columnsMin = 40
    static let rowsMin = 12

    let screen: Area

    init(columns: Int, rows: Int) {
        self.screen = Area(row: 0, column: 0, rows: max(0, rows), columns: max(0, columns))
    }

    var isTooSmall: Bool {
        self.screen.columns < Self.columnsMin || self.screen.rows < Self.rowsMin
    }

    /// What a terminal that is too small shows in its one line: as much of it as fits.
    var tooSmallText: String {
        let size = "\(self.screen.columns)x\(self.screen.rows)"
        let needed = "needs \(Self.columnsMin)x\(Self.rowsMin)"
        let texts = ["Too small: \(size), \(needed)", "\(size), \(needed)", needed]
        return texts.first { TextWidth.columns(of: $0) <= self.screen.columns } ?? needed
    }

    var headerRow: Int { 0 }
    var tabRow: Int { 1 }
    var footerRow: Int { self.screen.rows - 1 }

    var content: Area {
        Area(
            row: 2, column: 0, rows: max(0, self.screen.rows - 3), columns: self.screen.columns)
    }
}
