import Core
import Messaging
import Testing

/// Which publishes of a channel are answered when, whatever waits for the disk and whatever is
/// refused.
@Suite struct ConfirmTests {
    /// What a publisher that is told of its publishes may conclude, in the plainest way.
    private struct Publisher {
        enum Fate { case safe, refused, waiting(CommitNumber) }
        var fates: [UInt64: Fate] = [:]
        var unanswered: Set<UInt64> = []
        var last: UInt64 = 0

        mutating func published(_ fate: Fate) {
            self.last += 1
            self.fates[self.last] = fate
            self.unanswered.insert(self.last)
        }

        /// - Returns: What is wrong with the answers; empty when nothing is.
        mutating func hear(_ effects: [Effect], durable: CommitNumber) -> [String] {
            var complaints: [String] = []
            for effect in effects {
                switch effect {
                case .confirm(_, let tag, let isMultiple):
                    let told = self.unanswered.filter {
                        isMultiple ? $0 <= tag.number : $0 == tag.number
                    }
                    for number in told where !self.isSafe(number, durable) {
                        complaints.append("\(number) is confirmed and not safe")
                    }
                    self.unanswered.subtract(told)
                case .reject(_, let tag):
                    guard case .refused = self.fates[tag.number] else {
                        complaints.append("\(tag.number) was not refused")
                        continue
                    }
                    if self.unanswered.remove(tag.number) == nil {
                        complaints.append("\(tag.number) was answered before")
                    }
                case .awaitCommit, .deliver, .got, .directReply, .reply, .returned,
                    .consumerCancelled,
                    .closeChannel, .blocked, .unblocked, .stopReading, .startReading,
                    .closeConnection:
                    complaints.append("\(effect) is no answer to a publisher")
                }
            }
            return complaints
        }

        private func isSafe(_ number: UInt64, _ durable: CommitNumber) -> Bool {
            switch self.fates[number] {
            case .safe: true
            case .waiting(let commit): commit <= durable
            case .refused, nil: false
            }
        }

        /// Those that nothing holds up any more.
        func overdue(_ durable: CommitNumber) -> [UInt64] {
            self.unanswered.filter { number in
                if case .refused = self.fates[number] { return true }
                return self.isSafe(number, durable)
            }.sorted()
        }
    }

    private func broker() -> TestBroker {
        let broker = TestBroker()
        broker.declare("durable", durable: true)
        broker.declare("plain")
        broker.declare(
            "full",
            arguments: ["x-overflow": .string("reject-publish"), "x-max-length": .int32(0)])
        broker.commitsAtOnce = false
        broker.send(.selectConfirms(isNoWait: true))
        _ = broker.takeEffects()
        return broker
    }

    private func lastCommit(_ broker: TestBroker) -> CommitNumber? {
        broker.storeEffects.compactMap { effect -> CommitNumber? in
            guard case .commit(let number, _) = effect else { return nil }
            return number
        }.last
    }

    @Test("Every publish is answered rightly, and as soon as may be", arguments: UInt64(1)...200)
    func model(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let broker = self.broker()
        var publisher = Publisher()
        var durable = self.lastCommit(broker) ?? CommitNumber(0)
        for step in 0..<60 {
            let place = Comment("seed \(seed), step \(step)")
            if Int.random(in: 0..<4, using: &numbers) == 0, let last = self.lastCommit(broker) {
                let upTo = UInt64.random(in: durable.number...last.number, using: &numbers)
                durable = CommitNumber(upTo)
                broker.broker.durable(upTo: durable)
                broker.finish()
            } else {
                let next = CommitNumber((self.lastCommit(broker)?.number ?? 0) + 1)
                for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                    switch Int.random(in: 0..<3, using: &numbers) {
                    case 0:
                        broker.add("x", to: "plain")
                        publisher.published(.safe)
                    case 1:
                        broker.add("x", to: "full")
                        publisher.published(.refused)
                    default:
                        broker.add("x", to: "durable", properties: .persistent)
                        publisher.published(.waiting(next))
                    }
                }
                broker.finish()
            }
            let complaints = publisher.hear(broker.takeEffects(), durable: durable)
            try #require(complaints == [], place)
            try #require(publisher.overdue(durable) == [], place)
        }
        guard let last = self.lastCommit(broker) else { return }
        broker.broker.durable(upTo: last)
        broker.finish()
        try #require(publisher.hear(broker.takeEffects(), durable: last) == [], "seed \(seed)")
        #expect(publisher.unanswered == [], "seed \(seed)")
    }

    @Test("A refusal overtakes what waits for the disk before it")
    func overtaking() {
        let broker = self.broker()
        broker.publish("1", to: "durable", properties: .persistent)
        broker.publish("2", to: "full")
        broker.publish("3", to: "plain")
        #expect(broker.answers() == ["!2", "3"])
        broker.broker.durable(upTo: self.lastCommit(broker) ?? CommitNumber(0))
        broker.finish()
        #expect(broker.answers() == ["≤3"])
    }

    @Test("What was refused among many stands for itself, with one answer for all before it")
    func amongMany() {
        let broker = self.broker()
        for number in 1...9 { broker.add("x", to: number == 5 || number == 6 ? "full" : "plain") }
        broker.finish()
        #expect(broker.answers() == ["≤4", "!5", "!6", "7", "8", "9"])
        broker.publish("x", to: "plain")
        #expect(broker.answers() == ["10"])
    }

    @Test("What was published before a channel closes is answered before that")
    func beforeClose() {
        let broker = self.broker()
        broker.add("1", to: "plain")
        broker.add("2", to: "full")
        broker.send(.closeChannel)
        #expect(
            broker.takeEffects() == [
                .confirm(broker.channel, DeliveryTag(1), isMultiple: false),
                .reject(broker.channel, DeliveryTag(2)), .reply(broker.channel, .channelClosed),
            ])
    }
}
