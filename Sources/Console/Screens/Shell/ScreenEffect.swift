import BrokerLink
import DeadLetters
import LoadTest
import Messaging

/// What a screen asks of the shell.
package enum ScreenEffect: Equatable, Sendable {
    case open(Destination)
    /// Leaves this screen for the one below it.
    case back
    case ask(Dialog)
    case prompt(Prompt)
    case notice(Notice)
    /// Work outside of the console.
    case work(ConsoleEffect)
}

/// What the console asks of the runtime; its answers come back as ``ConsoleMessage``.
package enum ConsoleEffect: Equatable, Sendable {
    /// A sample at once, beside the regular ones.
    case sample
    case detail(QueueName)
    /// Every connection and consumer.
    case clients
    case browse(BrowseRequest)
    case purge(QueueName)
    case deleteQueue(QueueName, ifUnused: Bool, ifEmpty: Bool)
    /// `client` is where it comes from, for the audit log and the answer.
    case closeConnection(ConnectionID, client: String, reason: String)
    case cancelConsumer(ClientConsumer.ID, of: QueueName, client: String)
    /// Opens or closes a circuit breaker by hand.
    case setBreaker(QueueName, isOpen: Bool)
    case deleteMessages([MessageID], from: QueueName)
    /// Carries out a plan; one at a time.
    case redrive(RedrivePlan)
    /// Ends the redrive under way after its batch.
    case stopRedrive
    /// Copies a part of a stream into a queue; one at a time.
    case replay(ReplayRequest)
    /// Ends the replay under way after its batch.
    case stopReplay
    case startLoad(LoadScenario)
    /// Messages a second of the running load.
    case setLoadRate(Double)
    case stopLoad
    /// Draws with that theme from now on.
    case setTheme(String)
    /// Shows another broker, once there is a link to it.
    case switchContext(ContextName)
    /// Seconds between two samples.
    case setRefresh(Double)
    /// Puts text into the clipboard of the person's own terminal.
    case copy(String)
    case suspend
    case quit

    /// Whether it changes something on the broker: then it is audited, and read-only mode
    /// refuses it.
    package var changesBroker: Bool {
        switch self {
        case .purge, .deleteQueue, .deleteMessages, .redrive, .replay, .startLoad, .setLoadRate,
            .closeConnection, .cancelConsumer, .setBreaker:
            true
        case .sample, .detail, .clients, .browse, .stopRedrive, .stopReplay, .stopLoad, .setTheme,
            .setRefresh, .copy, .switchContext, .suspend, .quit:
            false
        }
    }
}
