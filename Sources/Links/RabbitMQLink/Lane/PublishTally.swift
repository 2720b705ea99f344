import AMQPClient
import Messaging

/// What became of a message that was published with confirm and mandatory.
package enum PublishFate: Equatable, Sendable {
    /// The broker has it, in at least one queue.
    case taken
    /// No queue took it; it came back.
    case returned
    /// The broker refused it, such as a full queue does.
    case refused
}

/// Puts together what became of each message of a batch, from the broker's answers.
///
/// A returned message carries no number, so it is found by what it is: of messages that are alike,
/// it does not matter which one counts as the one that came back. Its return comes before the
/// confirm of it.
package struct PublishTally: Sendable {
    package private(set) var fates: [PublishFate?]
    private var returned: [Message: Int] = [:]
    private let messages: [Message]
    private var left: Int

    package init(_ messages: [Message]) {
        self.messages = messages
        self.fates = Array(repeating: nil, count: messages.count)
        self.left = messages.count
    }

    package var isComplete: Bool { self.left == 0 }

    /// A message came back; its confirm follows.
    package mutating func returned(_ message: Message) { self.returned[message, default: 0] += 1 }

    /// - Parameter index: The message's place in the batch.
    package mutating func acked(_ index: Int) { self.settle(index, .taken) }

    /// - Parameter index: The message's place in the batch.
    package mutating func nacked(_ index: Int) { self.settle(index, .refused) }

    private mutating func settle(_ index: Int, _ fate: PublishFate) {
        guard self.fates.indices.contains(index), self.fates[index] == nil else { return }
        self.left -= 1
        self.fates[index] = fate
        // Hashing a body costs something: only when something came back at all.
        guard fate == .taken, !self.returned.isEmpty else { return }
        if let count = self.returned[self.messages[index]], count > 0 {
            self.returned[self.messages[index]] = count - 1
            self.fates[index] = .returned
        }
    }
}

/// What became of a batch; without a failure, the fate of every message is known.
struct PublishOutcome: Sendable {
    var fates: [PublishFate?]
    var failure: AMQPClientError?
}
