import AMQP
import Messaging

/// Why an AMQP connection or channel did not do what was asked of it, and what to do.
package enum AMQPClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No connection came about; `reason` is the operating system's.
    case unreachable(address: String, reason: String)
    /// The server ended the handshake without a word, or took too long over it.
    case handshakeFailed(address: String, reason: String)
    case loginRefused(address: String, user: String)
    case virtualHostRefused(virtualHost: String, text: String)
    /// The server closed the connection and said why.
    case connectionClosed(CloseReason)
    /// The server closed the channel and said why; its connection stays.
    case channelClosed(CloseReason)
    /// The connection ended without a word; what was under way may or may not have happened.
    case connectionLost(address: String, reason: String)
    /// The server sent something that AMQP does not allow.
    case protocolViolation(text: String)
    /// All channels that the server allows are in use.
    case noChannelLeft(channelsMax: Int)
    /// This client closed the connection or the channel.
    case closedByClient
    /// Something else came in the place of the reply.
    case unexpectedReply(Method)

    package var description: String {
        switch self {
        case .unreachable(let address, let reason):
            "Cannot connect to \(address): \(reason). "
                + "Check the address, and that the broker is running."
        case .handshakeFailed(let address, let reason):
            "\(address) did not finish the AMQP handshake: \(reason). "
                + "Check that it is an AMQP 0-9-1 port without TLS."
        case .loginRefused(let address, let user):
            "\(address) refused the login of \(user). Check user and password; "
                + "guest may only log in from the broker's own machine."
        case .virtualHostRefused(let virtualHost, let text):
            "The broker refused the virtual host \(virtualHost): \(text). "
                + "Check its name and the user's permissions on it."
        case .connectionClosed(let reason):
            "The broker closed the connection: \(reason.code) \(reason.text). "
                + "Put the cause right, then connect again."
        case .channelClosed(let reason):
            "The broker closed the channel: \(reason.code) \(reason.text). "
                + "Put the cause right, then open another channel."
        case .connectionLost(let address, let reason):
            "The connection to \(address) was lost: \(reason). What was under way may or may "
                + "not have happened; check it, then connect again."
        case .protocolViolation(let text):
            "The broker broke the protocol: \(text). The connection was closed; connect again."
        case .noChannelLeft(let channelsMax):
            "All \(channelsMax) channels of the connection are in use. "
                + "Close one or open another connection."
        case .closedByClient:
            "The connection or channel was closed on this side. Open another."
        case .unexpectedReply(let method):
            "The broker answered out of turn, with \(method). The channel is of no use any more; "
                + "open another."
        }
    }
}
