import BrokerLink
import Messaging
import Synchronization
import TestSupport
import Transfer

/// A broker of one queue in memory, which can be lost in the middle.
final class MemoryLink: MessageSink {
    struct State {
        var messages: [BrowsedMessage] = []
        var nextPosition: UInt64 = 0
        /// Messages that it still takes before the connection is lost.
        var publishesLeft = Int.max
        /// Whether the message during which it is lost has come in all the same.
        var keepsLast = false
        var removalsLeft = Int.max
        /// Whether the removal during which it is lost has happened all the same.
        var removesLast = false
        var isUnroutable = false
        /// Messages that a consumer takes right before each removal.
        var takenBefore = 0
        var published: [Message] = []
    }

    let state: Mutex<State>

    init(bodies: [String] = []) {
        var state = State()
        for body in bodies {
            state.add(Message(exchange: "x", routingKey: "k", body: Array(body.utf8)))
        }
        self.state = Mutex(state)
    }

    var bodies: [String] {
        self.state.withLock { $0.messages.map { String(decoding: $0.message.body, as: UTF8.self) } }
    }

    /// The link to it; only what a move needs is answered.
    var link: FakeLink {
        var script = FakeLink.Script()
        script.browse = { request in self.state.withLock { .success($0.page(request)) } }
        script.remove = { messages, _ in self.state.withLock { $0.remove(messages) } }
        return FakeLink(script)
    }

    func publish(_ messages: [Message]) async -> [PublishOutcome] {
        self.state.withLock { state in
            var outcomes: [PublishOutcome] = []
            for message in messages {
                guard outcomes.allSatisfy({ $0 == .taken || $0 == .unroutable }) else {
                    outcomes.append(.failed(.notAttempted(reason: "lost")))
                    continue
                }
                outcomes.append(state.publish(message))
            }
            return outcomes
        }
    }
}

extension MemoryLink.State {
    mutating func add(_ message: Message) {
        self.messages.append(
            BrowsedMessage(
                id: MessageID(Position(self.nextPosition)), message: message,
                bodyBytes: message.body.count, enqueuedAt: .testStart, isRedelivered: false,
                isUnacked: false, deaths: []))
        self.nextPosition += 1
    }

    func page(_ request: BrowseRequest) -> BrowsePage {
        let rest = self.messages.filter { message in request.after.map { message.id > $0 } ?? true }
        return BrowsePage(
            queue: request.queue, messages: Array(rest.prefix(request.countMax)),
            hasMore: rest.count > request.countMax)
    }

    mutating func publish(_ message: Message) -> PublishOutcome {
        if self.isUnroutable { return .unroutable }
        guard self.publishesLeft > 0 else {
            if self.keepsLast { self.add(message) }
            return .failed(.outcomeUnknown(action: "the publish"))
        }
        self.publishesLeft -= 1
        self.published.append(message)
        self.add(message)
        return .taken
    }

    mutating func remove(_ messages: [MessageID]) -> Result<Int, LinkError> {
        self.messages.removeFirst(self.takenBefore)
        guard self.removalsLeft > 0 else {
            if self.removesLast { self.messages.removeAll { messages.contains($0.id) } }
            return .failure(.outcomeUnknown(action: "the removal"))
        }
        self.removalsLeft -= 1
        let before = self.messages.count
        self.messages.removeAll { messages.contains($0.id) }
        return .success(before - self.messages.count)
    }
}
