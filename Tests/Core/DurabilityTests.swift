import Core
import Messaging
import Testing

/// How safe a queue's messages are, by its `x-durability`.
@Suite struct DurabilityTests {
    private func broker(_ level: String?) -> TestBroker {
        let broker = TestBroker()
        broker.declare(
            "q", durable: true,
            arguments: level.map { ["x-durability": .string($0)] } ?? [:])
        broker.storeEffects = []
        return broker
    }

    private func effects(_ level: String?) -> [String] {
        let broker = self.broker(level)
        broker.publish("m", to: "q", properties: .persistent)
        return broker.storeEffects.map { effect in
            switch effect {
            case .append: "append"
            case .commit(_, let isAwaited): isAwaited ? "commit, awaited" : "commit"
            case .settle, .settleReady, .note, .define, .loadChunk, .keepChunk, .releaseChunk:
                "other"
            }
        }
    }

    @Test("Who publishes to a queue waits for a sync, for a write, or for nothing")
    func levels() {
        #expect(self.effects(nil) == ["append", "commit, awaited"])
        #expect(self.effects("sync") == ["append", "commit, awaited"])
        #expect(self.effects("written") == ["append", "commit"])
        #expect(self.effects("memory") == [])
    }

    @Test("A confirm waits for the commit at the levels that have one")
    func confirms() {
        for (level, waits) in [("sync", true), ("written", true), ("memory", false)] {
            let broker = self.broker(level)
            broker.send(.selectConfirms(isNoWait: true))
            broker.commitsAtOnce = false
            broker.publish("m", to: "q", properties: .persistent)
            #expect(broker.answers().isEmpty == waits, "\(level)")
        }
    }

    @Test("After a restart a queue is there at every level, its messages but at that of memory")
    func restart() {
        for (level, count) in [("sync", 1), ("written", 1), ("memory", 0)] {
            let broker = self.broker(level)
            broker.publish("m", to: "q", properties: .persistent)
            #expect(broker.restarted().depth("q") == [count, 0], "\(level)")
        }
    }

    @Test("A quorum queue keeps every message: it refuses less, and passes over a policy's")
    func quorum() {
        let broker = TestBroker()
        for (level, isTaken) in [("sync", true), ("written", false), ("memory", false)] {
            broker.declare(
                level, durable: true,
                arguments: FieldTable(
                    QuorumTests.quorum.fields + [.init("x-durability", .string(level))]))
            #expect((broker.figures(level) != nil) == isTaken)
            guard !isTaken else { continue }
            #expect(
                broker.refusal()?.text
                    == "PRECONDITION_FAILED - invalid arg 'x-durability' for queue '\(level)' in "
                    + "vhost '/': a quorum queue keeps every message: it can only be 'sync'")
            _ = broker.takeEffects()
            broker.send(.openChannel)
        }
        #expect(broker.setPolicy(["durability": .string("memory")]) == [])
        #expect(broker.detail("sync")?.effectivePolicy == [:], "nobody is told of it")
        broker.publish("m", to: "sync")
        #expect(broker.restarted().depth("sync") == [1, 0])
        #expect(broker.reasons("sync")?.contains(.notDurable) == false)
    }

    @Test("What a level is not is refused")
    func refused() {
        let broker = TestBroker()
        broker.declare("q", durable: true, arguments: ["x-durability": .string("always")])
        #expect(
            broker.refusal()?.text.hasPrefix(
                "PRECONDITION_FAILED - invalid arg 'x-durability' for queue 'q' in vhost '/': "
                    + "invalid_durability") == true)
    }
}

/// What the store keeps for want of memory, and the end of its queue.
@Suite struct KeptChunkTests {
    @Test("With its queue goes what the store was asked to keep of it")
    func deleted() {
        let broker = TestBroker()
        broker.declare("q")
        let body = String(repeating: "x", count: 50_000)
        for _ in 0..<20 { broker.publish(body, to: "q") }
        let kept = broker.evict("q")
        broker.storeEffects = []
        broker.deleteQueue("q")
        let released = broker.storeEffects.count { effect in
            if case .releaseChunk = effect { true } else { false }
        }
        #expect(kept > 0 && released == kept)
    }
}
