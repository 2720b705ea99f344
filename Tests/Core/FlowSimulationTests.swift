import Core
import Messaging
import Testing

/// Rates, circuit breaker and deduplication at once, with clients that do anything: nothing is
/// lost, nothing is taken twice, and whatever waits is woken by the broker's own timers.
@Suite struct FlowSimulationTests {
    private static let connections = [ConnectionID(2), ConnectionID(3)]

    private func broker() -> TestBroker {
        let broker = TestBroker()
        broker.declare(
            "q", durable: true,
            arguments: [
                "x-delivery-rate": .int32(50), "x-delivery-burst": .int32(4),
                "x-breaker-threshold": .double(0.4), "x-breaker-min": .int32(4),
                "x-breaker-window": .int32(500), "x-breaker-cooldown": .int32(200),
                "x-breaker-probes": .int32(2), "x-deduplication-window": .int32(3_600_000),
            ])
        for connection in Self.connections { broker.connect(connection.number) }
        return broker
    }

    /// What the workers were sent and have not answered.
    private struct Work {
        var held: [(connection: ConnectionID, tag: UInt64, body: String)] = []
        var acked: [String] = []

        mutating func collect(from broker: TestBroker) {
            for connection in FlowSimulationTests.connections {
                for message in broker.received.removeValue(forKey: connection) ?? [] {
                    self.held.append((connection, message.tag, message.body))
                }
            }
        }

        mutating func ack(_ place: Int, on broker: TestBroker) {
            let message = self.held.remove(at: place)
            self.acked.append(message.body)
            broker.send(
                .ack(DeliveryTag(message.tag), isMultiple: false), message.connection)
        }
    }

    private func step(
        _ broker: TestBroker, _ work: inout Work, _ sent: inout [String],
        _ numbers: inout Numbers
    ) {
        switch Int.random(in: 0..<12, using: &numbers) {
        case 0..<4:
            let id = "\(Int.random(in: 0..<200, using: &numbers))"
            if !sent.contains(id) { sent.append(id) }
            broker.publish(id, to: "q", properties: .id(id, persistent: true))
        case 4..<7:
            if let place = work.held.indices.randomElement(using: &numbers) {
                work.ack(place, on: broker)
            }
        case 7:
            if let place = work.held.indices.randomElement(using: &numbers) {
                let message = work.held.remove(at: place)
                broker.reject(message.tag, requeue: true, message.connection)
            }
        case 8:
            let connection = Self.connections.randomElement(using: &numbers) ?? Self.connections[0]
            work.held.removeAll { $0.connection == connection }
            broker.send(.openChannel, connection)
            let isLimited = Bool.random(using: &numbers)
            broker.consume(
                "q", tag: "t", arguments: isLimited ? ["x-delivery-rate": .int32(5)] : [:],
                connection)
        case 9: broker.setBreaker("q", isOpen: Bool.random(using: &numbers))
        default: broker.advance(milliseconds: Int64.random(in: 0...150, using: &numbers))
        }
    }

    @Test("Whatever happened, timers alone bring every message once", arguments: UInt64(1)...40)
    func drains(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let broker = self.broker()
        var work = Work()
        var sent: [String] = []
        for _ in 0..<300 {
            self.step(broker, &work, &sent, &numbers)
            work.collect(from: broker)
        }
        for connection in Self.connections {
            work.held.removeAll { $0.connection == connection }
            broker.send(.openChannel, connection)
        }
        broker.consume("q", tag: "last", Self.connections[0])
        broker.setBreaker("q", isOpen: false)
        work.collect(from: broker)
        while work.acked.count < sent.count {
            while !work.held.isEmpty {
                work.ack(0, on: broker)
                work.collect(from: broker)
            }
            guard work.acked.count < sent.count else { break }
            let next = try #require(broker.nextTimer, "seed \(seed): nobody will wake it")
            broker.now = max(broker.now, next)
            broker.advance(milliseconds: 0)
            work.collect(from: broker)
        }
        try #require(work.acked.sorted() == sent.sorted(), "seed \(seed)")
        try #require(broker.depth("q") == [0, 0], "seed \(seed)")
        let tally = try #require(broker.figures("q")?.tally)
        try #require(tally.published == UInt64(sent.count), "seed \(seed)")
    }
}
