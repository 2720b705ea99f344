import BrokerLink
import Messaging

/// A place in the console that can be gone to.
package enum Destination: Equatable, Sendable {
    // Tabs: going there leaves whatever was opened before.
    case overview
    case queues
    /// With the dead letters of one queue first, when it is named.
    case deadLetters(QueueName?)
    case connections
    case load

    // Opened over the screen that asked, and left again with `esc`.
    case queue(QueueName)
    case connection(ConnectionID)
    case messages(QueueName)
    case message(BrowsedMessage, in: QueueName)
}
