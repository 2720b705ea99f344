import BrokerLink
import Canvas
import DeadLetters
import LoadTest
import Messaging

/// What reaches the console: keys, time, and the answers to its effects.
package enum ConsoleMessage: Sendable {
    case key(Key)
    case mouse(MouseEvent)
    /// Text from the clipboard; anything may be in it.
    case pasted(String)
    case resized(columns: Int, rows: Int)
    /// The wall clock moved on.
    case clock(Timestamp)
    case probed(Result<BrokerIdentity, LinkError>)
    /// What is known after one more sample.
    case sampled(Result<SampleHistory, LinkError>)
    case detailed(QueueName, Result<QueueDetail, LinkError>)
    case browsed(BrowseRequest, Result<BrowsePage, LinkError>)
    case rostered(Result<ClientRoster, LinkError>)
    /// How many unacked messages went back.
    case closedConnection(ConnectionID, client: String, Result<Int?, LinkError>)
    /// How many unacked messages it holds still.
    case cancelledConsumer(ClientConsumer.ID, Result<Int, LinkError>)
    case changedBreaker(QueueName, isOpen: Bool, Result<Void, LinkError>)
    case purged(QueueName, Result<Int, LinkError>)
    case deletedQueue(QueueName, Result<Int, LinkError>)
    case deletedMessages(QueueName, Result<Int, LinkError>)
    /// How far the redrive under way has come, or how it ended.
    case redrove(RedriveOutcome)
    /// How far the replay under way has come, or how it ended.
    case replayed(ReplayOutcome)
    case loadChanged(LoadSnapshot)
    case contextChanged(ContextMessage)
    /// The runtime has something to say, such as that the audit log cannot be written.
    case noticed(Notice)
}
