import AMQP
import Messaging

/// What the engine's half of a connection has the socket's half do, after the bytes it sent
/// along are written.
enum SocketOrder: Equatable, Sendable {
    /// Answers `connection.open`: the broker knows the connection now.
    case acceptOpen
    /// Answers the client's `channel.close`: the broker has nothing more for that channel.
    case confirmChannelClose(ChannelNumber)
    /// Closes a channel on which the broker refused something.
    case closeChannel(ChannelNumber, CloseReason)
    /// Answers the client's `connection.close`.
    case confirmClose
    /// Closes the connection.
    case close(CloseReason)
}
