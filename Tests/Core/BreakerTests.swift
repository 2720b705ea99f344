import Core
import Messaging
import Testing

/// A queue whose deliveries stop when too many fail, seen from its clients.
@Suite struct BreakerTests {
    private let worker = ConnectionID(2)

    /// A queue `q` that half of four failures close for a second, and somebody who consumes it.
    private func broker(_ further: FieldTable = [:], prefetch: UInt16 = 0) -> TestBroker {
        let broker = TestBroker()
        broker.declare(
            "q",
            arguments: FieldTable(
                [
                    .init("x-breaker-threshold", .double(0.5)), .init("x-breaker-min", .int32(4)),
                    .init("x-breaker-cooldown", .int32(1_000)),
                ] + further.fields))
        broker.connect(2)
        if prefetch > 0 {
            broker.send(.setPrefetch(count: prefetch, bytes: 0, isGlobal: false), self.worker)
        }
        broker.consume("q", tag: "t", self.worker)
        return broker
    }

    private func publish(_ count: Int, _ broker: TestBroker) {
        for number in 0..<count { broker.add("\(number)", to: "q") }
        broker.finish()
    }

    private func reject(_ tags: ClosedRange<UInt64>, _ broker: TestBroker, requeue: Bool = false) {
        for tag in tags { broker.send(.reject(DeliveryTag(tag), isRequeue: requeue), self.worker) }
    }

    @Test(
        "Rejects open it, with or without requeue: no deliveries, but get still works",
        arguments: [true, false])
    func opens(requeue: Bool) {
        let broker = self.broker(prefetch: 1)
        self.publish(6, broker)
        for tag in UInt64(1)...4 {
            broker.reject(tag, requeue: requeue, self.worker)
        }
        #expect(broker.deliveries(self.worker).count == 4)
        #expect(broker.depth("q") == [requeue ? 6 : 2, 0])
        let figures = broker.breaker("q")
        #expect(figures?.state == .open(probesInMicroseconds: 1_000_000))
        #expect(figures?.cause == .failures)
        #expect(figures?.failures == 4)
        #expect(figures?.outcomes == 4)
        #expect(broker.get("q") != nil)
        self.publish(1, broker)
        #expect(broker.deliveries(self.worker) == [])
    }

    @Test("Its timer alone has it probe; an ack closes it and all goes on")
    func probes() {
        let broker = self.broker(prefetch: 1)
        self.publish(8, broker)
        for tag in UInt64(1)...4 { broker.reject(tag, requeue: false, self.worker) }
        _ = broker.deliveries(self.worker)
        let opened = broker.now
        #expect(broker.nextTimer == opened.adding(microseconds: 1_000_000))
        broker.advance(milliseconds: 1_000)
        #expect(broker.deliveries(self.worker) == ["4"])
        #expect(broker.breaker("q")?.state == .halfOpen(unsent: 0, unsettled: 1))
        broker.send(.ack(DeliveryTag(5), isMultiple: false), self.worker)
        #expect(broker.breaker("q")?.state == .closed)
        #expect(broker.deliveries(self.worker) == ["5"])
    }

    @Test("A probe whose channel closes opens it again")
    func probeLost() {
        let broker = self.broker()
        self.publish(4, broker)
        self.reject(1...4, broker)
        broker.advance(milliseconds: 1_000)
        self.publish(3, broker)
        #expect(broker.breaker("q")?.state == .halfOpen(unsent: 0, unsettled: 1))
        broker.advance(milliseconds: 300)
        broker.send(.closeChannel, self.worker)
        #expect(broker.breaker("q")?.state == .open(probesInMicroseconds: 1_000_000))
        #expect(broker.breaker("q")?.cause == .probe)
        #expect(broker.breaker("q")?.openings == 2)
        #expect(broker.depth("q") == [3, 0])
    }

    @Test(
        "Deliveries that a closing channel, a timeout or a recover brings back are failures",
        arguments: 0...2)
    func lost(way: Int) {
        let broker = self.broker()
        self.publish(4, broker)
        switch way {
        case 0: broker.broker.connectionClosed(self.worker, now: broker.now)
        case 1:
            broker.broker.setConsumerTimeout(microseconds: 1, now: broker.now)
            broker.advance(milliseconds: 1)
        default: broker.send(.recover(isRequeue: true, isAsync: false), self.worker)
        }
        broker.finish()
        #expect(broker.breaker("q")?.cause == .failures)
        #expect(broker.depth("q") == [4, 0])
    }

    @Test("What basic.get fetched counts for nothing")
    func gets() {
        let broker = self.broker()
        broker.send(.cancel("t", isNoWait: true), self.worker)
        self.publish(6, broker)
        for _ in 0..<6 {
            guard let message = broker.get("q", autoAck: false) else { break }
            broker.reject(message.tag, requeue: false)
        }
        #expect(broker.breaker("q")?.state == .closed)
        #expect(broker.breaker("q")?.outcomes == 0)
    }

    @Test("A probe without ack counts as a success once it is sent")
    func autoAckProbe() {
        let broker = self.broker()
        self.publish(4, broker)
        self.reject(1...4, broker)
        self.publish(5, broker)
        broker.send(.cancel("t", isNoWait: true), self.worker)
        broker.consume("q", tag: "auto", autoAck: true, self.worker)
        _ = broker.deliveries(self.worker)
        broker.advance(milliseconds: 1_000)
        #expect(broker.deliveries(self.worker).count == 5)
        #expect(broker.breaker("q")?.state == .closed)
    }

    @Test("In a transaction outcomes count with its commit")
    func transaction() {
        let broker = self.broker()
        broker.send(.selectTransactions, self.worker)
        self.publish(4, broker)
        self.reject(1...4, broker)
        #expect(broker.breaker("q")?.outcomes == 0)
        broker.send(.commitTransaction, self.worker)
        #expect(broker.breaker("q")?.cause == .failures)
    }

    @Test("Without messages its timer has it half-open even so")
    func idle() {
        let broker = self.broker(["x-breaker-probes": .int32(3)])
        self.publish(4, broker)
        self.reject(1...4, broker)
        broker.advance(milliseconds: 999)
        #expect(broker.breaker("q")?.state == .open(probesInMicroseconds: 1_000))
        broker.advance(milliseconds: 1)
        #expect(broker.breaker("q")?.state == .halfOpen(unsent: 3, unsettled: 0))
        #expect(broker.nextTimer == nil)
    }

    @Test("An operator opens it until it is closed, and closes what failures opened")
    func byHand() {
        let broker = self.broker()
        #expect(broker.setBreaker("q", isOpen: true) == .done)
        self.publish(2, broker)
        broker.advance(milliseconds: 3_600_000)
        #expect(broker.deliveries(self.worker) == [])
        #expect(broker.breaker("q")?.state == .open(probesInMicroseconds: nil))
        #expect(broker.breaker("q")?.cause == .byOperator)
        #expect(broker.breaker("q")?.stateMicroseconds == 3_600_000_000)
        #expect(broker.setBreaker("q", isOpen: false) == .done)
        #expect(broker.deliveries(self.worker) == ["0", "1"])
        broker.declare("plain")
        #expect(broker.setBreaker("plain", isOpen: true) == .noBreaker)
        #expect(broker.setBreaker("nowhere", isOpen: true) == .queueNotFound)
    }

    @Test("A policy gives a breaker, and takes an open one away")
    func policy() {
        let broker = TestBroker()
        broker.declare("q")
        broker.consume("q", tag: "t")
        #expect(broker.setPolicy(["breaker-threshold": .int32(1), "breaker-min": .int32(2)]) == [])
        self.publish(2, broker)
        broker.reject(1, requeue: true)
        broker.reject(3, requeue: true)
        broker.send(.nack(DeliveryTag(0), isMultiple: true, isRequeue: true))
        #expect(broker.breaker("q")?.state == .open(probesInMicroseconds: 10_000_000))
        _ = broker.deliveries()
        #expect(broker.setPolicy(nil) == [])
        #expect(broker.breaker("q") == nil)
        #expect(broker.deliveries().count == 2)
    }

    @Test("A breaker beside a rate: whichever is stricter")
    func withRate() {
        let broker = self.broker(["x-delivery-rate": .int32(2), "x-breaker-probes": .int32(3)])
        self.publish(4, broker)
        broker.advance(milliseconds: 1_000)
        self.reject(1...4, broker)
        _ = broker.deliveries(self.worker)
        self.publish(5, broker)
        broker.advance(milliseconds: 1_000)
        #expect(broker.deliveries(self.worker).count == 2, "three probes, but two a second")
        broker.advance(milliseconds: 500)
        #expect(broker.deliveries(self.worker).count == 1)
        broker.advance(milliseconds: 500)
        #expect(broker.deliveries(self.worker).isEmpty, "the probes are out")
    }
}
