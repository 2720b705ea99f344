import Core
import Messaging

/// The engine's end of one client connection: what the broker says to it goes in here.
///
/// The engine calls it on its own executor only, in two steps a batch, so that nothing is sent
/// while the broker is being read:
///
///     perform(…)   encodes; a delivery's bytes are copied from the queue's log into the output
///     flush()      hands everything encoded since the last time to the socket, in one write
package protocol ConnectionOutlet: AnyObject, Sendable {
    var connection: ConnectionID { get }

    /// What goes over its socket; nil without one.
    var meter: SocketMeter? { get }

    /// Encodes `effects`, in that order.
    ///
    /// What `broker` lends is valid during the call only. The outlet must not enter the engine.
    func perform(_ effects: [Effect], reading broker: borrowing Broker)

    /// What it holds back until a commit is durable, as ``Effect/awaitCommit(_:)`` says; nil when
    /// nothing.
    var awaitedCommit: CommitNumber? { get }

    /// Lets go what waited for that commit or one before; ``flush()`` follows.
    func durable(upTo commit: CommitNumber)

    /// Sends what was encoded, if anything was. The outlet may enter the engine again from here.
    func flush()

    /// Closes the connection for a reason of the broker's own; ``flush()`` follows.
    func close(_ code: ReplyCode, _ explanation: String)
}
