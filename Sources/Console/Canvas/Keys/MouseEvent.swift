/// What the mouse did, and over which cell.
package struct MouseEvent: Hashable, Sendable {
    /// Clicks are told when the button goes down.
    package enum Action: Hashable, Sendable {
        case click, doubleClick, rightClick
        case wheelUp, wheelDown
    }

    package var action: Action
    package var row: Int
    package var column: Int

    package init(_ action: Action, row: Int, column: Int) {
        self.action = action
        self.row = row
        self.column = column
    }
}
