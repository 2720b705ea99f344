import AMQP
import Messaging

/// What the engine's half of a connection has the socket's half do, after the bytes it sent
/// along are written.
enum SocketOrder: Equatable, Sendable {
    /// Answers `connection.open`: the broker knows the connection now.
    case acceptOpen
    /// The client's `channel.close` was answered among the bytes.
    case channelClosed(ChannelNumber)
    /// Answers the client's `channel.close` unless that was done: the broker did not know the
    /// channel any more.
    case confirmChannelClose(ChannelNumber)
    /// Closes a channel on which the broker refused something.
    case closeChannel(ChannelNumber, CloseReason)
    /// Answers `connection.update-secret`.
    case confirmSecret
    /// Takes nothing more from the client, which publishes while the broker is short of memory.
    case stopReading
    case startReading
    /// Answers the client's `connection.close`.
    case confirmClose
    /// Closes the connection.
    case close(CloseReason)
}
