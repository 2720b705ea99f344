import BrokerLink
import Messaging

/// What became of one published message.
package enum PublishOutcome: Hashable, Sendable {
    /// The broker has taken it over, and at least one queue has it.
    case taken
    /// No queue took it.
    case unroutable
    /// It is not there, or with ``LinkError/outcomeUnknown(action:)`` nobody knows.
    case failed(LinkError)
}

/// Takes messages in order and tells what became of each: a link, or a connection of one's own.
package protocol MessageSink: Sendable {
    /// Publishes messages in their order and waits until the broker has answered for all of them.
    ///
    /// When its task is cancelled it goes on waiting for what is under way, but not for ever: what
    /// has no answer after a moment fails with ``LinkError/outcomeUnknown(action:)``.
    ///
    /// - Returns: As many outcomes as messages. After a failure nothing more is begun: the others
    ///   are failed as not attempted.
    func publish(_ messages: [Message]) async -> [PublishOutcome]
}

/// A link as a sink: one message after the other.
package struct LinkSink: MessageSink {
    private let link: any BrokerLink

    package init(_ link: any BrokerLink) { self.link = link }

    package func publish(_ messages: [Message]) async -> [PublishOutcome] {
        // Each answer of a link comes within a deadline of its own.
        await uninterrupted { await self.publishEach(messages) }
    }

    private func publishEach(_ messages: [Message]) async -> [PublishOutcome] {
        var outcomes: [PublishOutcome] = []
        for message in messages {
            do throws(LinkError) {
                outcomes.append(try await self.link.publish(message) ? .taken : .unroutable)
            } catch {
                outcomes.append(.failed(error))
                break
            }
        }
        let rest = messages.count - outcomes.count
        return outcomes
            + Array(
                repeating: .failed(.notAttempted(reason: "A message before it failed.")),
                count: rest)
    }
}
