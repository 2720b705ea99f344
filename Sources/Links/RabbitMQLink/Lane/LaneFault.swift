import AMQP
import AMQPClient
import BrokerLink
import Messaging

/// What an action over AMQP is about, to say in the link's words why it failed.
package struct LaneAct: Sendable {
    var queue: QueueName?
    var exchange: ExchangeName?
    /// Such as `the purge of orders`; nil when it changes nothing, so that nobody has to wonder
    /// whether it happened.
    var change: String?

    /// Something that changes nothing.
    package static func looking(into queue: QueueName) -> Self { Self(queue: queue) }

    /// Something of which nobody may wonder later whether it happened.
    package static func changing(_ queue: QueueName, _ change: String) -> Self {
        Self(queue: queue, change: change)
    }

    /// What the failure of a connection or channel means for this action.
    ///
    /// - Parameter wasBegun: Whether the broker may have had the command.
    package func linkError(_ error: AMQPClientError, wasBegun: Bool = true) -> LinkError {
        switch error {
        case .channelClosed(let reason): return self.linkError(reason)
        case .connectionLost, .connectionClosed, .protocolViolation, .unexpectedReply,
            .closedByClient:
            if wasBegun, let change { return .outcomeUnknown(action: change) }
            return .disconnected(reason: Self.sentence(error))
        case .unreachable, .handshakeFailed, .loginRefused, .virtualHostRefused:
            return .disconnected(reason: Self.sentence(error))
        case .noChannelLeft: return .refused(reason: "\(error)")
        }
    }

    private func linkError(_ reason: CloseReason) -> LinkError {
        switch ReplyCode(rawValue: reason.code) {
        case .notFound:
            if let exchange, reason.text.contains("no exchange") {
                return .exchangeNotFound(exchange)
            }
            return self.queue.map { .queueNotFound($0) } ?? .refused(reason: reason.text + ".")
        case .preconditionFailed where reason.text.contains("in use"):
            return self.queue.map { .queueInUse($0, reason: "it has consumers") }
                ?? .refused(reason: reason.text + ".")
        case .preconditionFailed where reason.text.contains("not empty"):
            return self.queue.map { .queueInUse($0, reason: "it holds messages") }
                ?? .refused(reason: reason.text + ".")
        default: return .refused(reason: reason.text + ".")
        }
    }

    /// The client's own words, without the advice that the link makes superfluous.
    private static func sentence(_ error: AMQPClientError) -> String {
        switch error {
        case .unreachable(let address, let reason): "no AMQP at \(address) (\(reason))"
        case .handshakeFailed(let address, let reason) where reason.hasPrefix("TLS:"):
            // What to do is part of the reason.
            "\(address) did not finish the TLS handshake (\(reason))"
        case .handshakeFailed(let address, let reason):
            "\(address) did not finish the AMQP handshake (\(reason)); check that it is an AMQP "
                + "port, and whether it wants TLS (amqps://)"
        case .loginRefused(let address, let user):
            "\(address) refused the login of \(user) by AMQP; guest may only log in from the "
                + "broker's own machine"
        case .virtualHostRefused(let host, let text):
            "the broker refused the virtual host \(host) (\(text))"
        case .connectionClosed(let reason): "the broker closed the connection (\(reason.text))"
        case .connectionLost(let address, let reason):
            "the connection to \(address) was lost (\(reason))"
        case .channelClosed, .protocolViolation, .noChannelLeft, .closedByClient,
            .unexpectedReply:
            "\(error)"
        }
    }
}
