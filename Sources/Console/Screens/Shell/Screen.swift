import BrokerLink
import Canvas
import DeadLetters
import Messaging

/// One screen of the console: state, `update`, `view`.
///
/// Only `perform` and `update` change it, and both answer with effects; `view` is pure. Every
/// key that the screen knows is a case of its ``Action``: footer, help and palette are made from
/// them, and the shell finds the action of a key, refuses it with the reason when it is not
/// available, and only then calls ``perform(_:in:)``. Movement, clicks and typed text come as
/// ``ScreenMessage``.
package protocol Screen: Sendable {
    /// What can be done here, in the order of help and palette.
    associatedtype Action: Hashable, Sendable, CaseIterable

    /// What help and errors call it, such as `Queues`.
    var name: String { get }

    /// The action's row of the key table. No two actions of a screen share a key.
    func keyAction(for action: Action, in context: ScreenContext) -> KeyAction

    /// Whether the action means something now; if not, why, as the end of a sentence.
    ///
    /// The shell itself adds read-only mode and the broker's capabilities
    /// (``KeyAction/kind`` and ``KeyAction/needs``); a screen says only what it alone knows, such
    /// as `no queue is selected`.
    func availability(of action: Action, in context: ScreenContext) -> Availability

    /// The action was chosen, by its key or in the palette, and is available.
    mutating func perform(_ action: Action, in context: ScreenContext) -> [ScreenEffect]

    /// Something happened; see ``ScreenMessage``.
    mutating func update(_ message: ScreenMessage, in context: ScreenContext) -> [ScreenEffect]

    /// `esc` was pressed: gives up what the screen holds, such as a filter or marks.
    ///
    /// - Returns: Whether there was something to give up; if not, the shell goes back.
    mutating func giveUp(in context: ScreenContext) -> Bool

    /// Draws everything between the tab line and the footer, frames included.
    ///
    /// `area` is ``ScreenContext/content``.
    func view(into canvas: inout Canvas, area: Area, in context: ScreenContext)
}

extension Screen {
    package mutating func giveUp(in context: ScreenContext) -> Bool { false }

    /// Performs the action at a place in the order of `Action.allCases`.
    mutating func performAction(at place: Int, in context: ScreenContext) -> [ScreenEffect] {
        self.perform(Array(Action.allCases)[place], in: context)
    }
}

/// What happened, as far as a screen has to know.
package enum ScreenMessage: Sendable {
    /// It came to the top: it may ask for what it shows.
    case appeared
    /// ``ScreenContext/history`` holds a new sample. Only the screen on top is told.
    case sampled
    /// ``ScreenContext/content`` has another size.
    case resized
    case moved(Movement)
    /// A click in the content, counted from the content's top left corner.
    case clicked(row: Int, column: Int, isDouble: Bool)
    /// The wheel was turned; positive is towards the end.
    case scrolled(rows: Int)
    /// The text of a prompt that is still open, for live filters.
    case promptChanged(Prompt.Subject, String)
    case promptAnswered(Prompt.Subject, String)
    /// The prompt was left with `esc`; the text that it had when it opened.
    case promptCancelled(Prompt.Subject, String)

    // Answers to effects. Every open screen is told: they compare the names.
    case detailed(QueueName, Result<QueueDetail, LinkError>)
    case browsed(BrowseRequest, Result<BrowsePage, LinkError>)
    case rostered(Result<ClientRoster, LinkError>)
    case closedConnection(ConnectionID, Result<Int?, LinkError>)
    case cancelledConsumer(ClientConsumer.ID, Result<Int, LinkError>)
    case purged(QueueName, Result<Int, LinkError>)
    case deletedQueue(QueueName, Result<Int, LinkError>)
    case deletedMessages(QueueName, Result<Int, LinkError>)
    /// How far the redrive under way has come, or how it ended.
    case redrove(RedriveOutcome)
    /// ``ScreenContext/load`` changed.
    case loadChanged
}
