import Core
import Messaging
import Testing

@Suite struct TopicTests {
    /// The definition, word by word.
    private func matches(_ pattern: ArraySlice<Substring>, _ key: ArraySlice<Substring>) -> Bool {
        guard let word = pattern.first else { return key.isEmpty }
        if word == "#" {
            return self.matches(pattern.dropFirst(), key)
                || (!key.isEmpty && self.matches(pattern, key.dropFirst()))
        }
        guard let first = key.first, word == "*" || word == first else { return false }
        return self.matches(pattern.dropFirst(), key.dropFirst())
    }

    private func words(_ text: String) -> ArraySlice<Substring> {
        text.isEmpty ? [] : text.split(separator: ".", omittingEmptySubsequences: false)[...]
    }

    private func randomKey(_ words: [String], _ numbers: inout Numbers) -> String {
        (0..<Int.random(in: 0...5, using: &numbers))
            .map { _ in words.randomElement(using: &numbers) ?? "" }.joined(separator: ".")
    }

    @Test("Routing equals the definition, while bindings come and go", arguments: UInt64(1)...50)
    func equalsNaiveMatcher(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let broker = TestBroker()
        var bound: [String: Set<String>] = [:]
        for number in 0..<8 { broker.declare("q\(number)") }
        for _ in 0..<60 {
            let queue = "q\(Int.random(in: 0..<8, using: &numbers))"
            let pattern = self.randomKey(["a", "b", "*", "#", "#", ""], &numbers)
            let request = BindingRequest(
                .queue(QueueName(queue)), to: "amq.topic", routingKey: pattern)
            // An empty key with a named queue is just empty.
            if Int.random(in: 0..<3, using: &numbers) == 0,
                let known = bound[queue]?.sorted().randomElement(using: &numbers)
            {
                var other = request
                other.routingKey = known
                broker.send(.unbind(other))
                bound[queue]?.remove(known)
            } else {
                broker.send(.bind(request))
                bound[queue, default: []].insert(pattern)
            }
            let key = self.randomKey(["a", "b", "c", ""], &numbers)
            let message = Message(exchange: "amq.topic", routingKey: key, body: [])
            let expected = bound.filter { _, patterns in
                patterns.contains { self.matches(self.words($0), self.words(key)) }
            }
            let before = self.depths(broker)
            let reached = broker.broker.publish(message, now: broker.now)
            broker.finish()
            let after = self.depths(broker)
            try #require(reached == expected.count, "\(key) among \(bound)")
            let hit = after.filter { before[$0.key] != $0.value }.keys
            try #require(Set(hit) == Set(expected.keys), "\(key) among \(bound)")
        }
    }

    private func depths(_ broker: TestBroker) -> [String: Int] {
        let queues = broker.broker.sample(now: broker.now).queues
        return Dictionary(uniqueKeysWithValues: queues.map { ($0.name.text, $0.ready) })
    }

    @Test("Patterns made to explode do not")
    func manyHashes() {
        let broker = TestBroker()
        broker.declare("q")
        let pattern = Array(repeating: "#.a", count: 60).joined(separator: ".")
        broker.send(
            .bind(BindingRequest(.queue("q"), to: "amq.topic", routingKey: pattern)))
        let key = Array(repeating: "a", count: 127).joined(separator: ".")
        broker.publish("hit", to: key, exchange: "amq.topic")
        broker.publish("miss", to: key + "b", exchange: "amq.topic")
        #expect(broker.drain("q") == ["hit"])
    }
}
