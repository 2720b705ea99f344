import BrokerLink
import Messaging
import TestSupport
import Testing

/// When a queue has an alarm, at each limit and just before it.
struct QueueAlarmTests {
    private static func alarm(
        _ sample: QueueSample, published: Int = 0, acked: Int = 0, seconds: Int = 0
    ) -> QueueAlarm? {
        let queue = SteadyQueue(sample, publishedPerSecond: published, ackedPerSecond: acked)
        var history = SampleHistory()
        for second in 0...seconds { history.append(.of([queue], second: second)) }
        #expect(history.alarmCount == (history.queue(sample.name)?.alarm == nil ? 0 : 1))
        return history.queue(sample.name)?.alarm
    }

    @Test("Messages that nobody takes")
    func noConsumer() {
        #expect(Self.alarm(QueueSample(name: "q", ready: 3)) == .noConsumer(ready: 3))
        #expect(Self.alarm(QueueSample(name: "q", ready: 3, consumers: 1)) == nil)
        #expect(Self.alarm(QueueSample(name: "q", unacked: 3)) == nil)
    }

    @Test("A circuit breaker that is not closed comes before all else")
    func circuitOpen() {
        var queue = QueueSample(name: "q", ready: 3)
        for state: BreakerStatus.State in [
            .open(probesInMicroseconds: 5), .open(probesInMicroseconds: nil),
            .halfOpen(unsent: 1, unsettled: 0),
        ] {
            queue.flow.breaker = BreakerStatus(state: state, cause: .failures)
            #expect(Self.alarm(queue) == queue.flow.breaker.map { .circuitOpen($0) })
        }
        queue.flow.breaker = BreakerStatus(state: .closed)
        #expect(Self.alarm(queue) == .noConsumer(ready: 3))
    }

    @Test("Dead letters wait for a person, and polling with basic.get is consuming")
    func noConsumerIsNoAlarm() {
        #expect(Self.alarm(QueueSample(name: "q", ready: 3, receivesDeadLetters: true)) == nil)
        #expect(
            Self.alarm(QueueSample(name: "q", ready: 30), published: 5, acked: 5, seconds: 2) == nil
        )
    }

    @Test("A full queue that drops messages says so, unless they are dead-lettered")
    func dropping() {
        func alarm(_ features: QueueFeatures) -> QueueAlarm? {
            var history = SampleHistory()
            for second in 0...1 {
                let count = UInt64(second) * 150
                let sample = QueueSample(
                    name: "q", features: features, ready: 500,
                    totals: QueueTotals(published: count, droppedByLength: count))
                history.append(
                    BrokerSample(
                        at: .testStart.adding(seconds: Int64(second)), queues: [sample]))
            }
            return history.queue("q")?.alarm
        }
        #expect(alarm([.limited]) == .dropping(perSecond: 150))
        #expect(alarm([.limited, .deadLettering]) == .noConsumer(ready: 500))
    }

    @Test("It has to grow for ten seconds and hold a hundred messages")
    func growing() {
        let queue = QueueSample(name: "q", ready: 1_000, consumers: 1)
        func alarm(after seconds: Int) -> QueueAlarm? {
            Self.alarm(queue, published: 50, acked: 10, seconds: seconds)
        }
        #expect(alarm(after: 10) == nil, "it is known to grow since second 1")
        #expect(alarm(after: 11) == .growing(perSecond: 40))
        let small = QueueSample(name: "q", ready: 0, consumers: 1)
        #expect(Self.alarm(small, published: 6, acked: 5, seconds: 99) == nil)
    }

    @Test("A delivery that stays unacked for five minutes is stuck, whatever else moves")
    func stuckConsumer() {
        func alarm(unackedMicroseconds: Int64) -> QueueAlarm? {
            var queue = QueueSample(name: "q", unacked: 1, consumers: 1)
            queue.oldestUnackedMicroseconds = .exact(unackedMicroseconds)
            return Self.alarm(queue, published: 9, acked: 9, seconds: 40)
        }
        let limit = QueueAlarm.stuckMicroseconds
        #expect(alarm(unackedMicroseconds: limit - 1) == nil)
        #expect(
            alarm(unackedMicroseconds: limit) == .stuckConsumer(unackedMicroseconds: limit))
    }

    @Test("One minute is enough when nothing has left the queue for half of one")
    func stuckAndIdle() {
        var queue = QueueSample(name: "q", unacked: 1, consumers: 1)
        let limit = QueueAlarm.stuckIdleMicroseconds
        queue.oldestUnackedMicroseconds = .exact(limit)
        let idleSeconds = Int(QueueAlarm.idleMicroseconds / 1_000_000)
        #expect(Self.alarm(queue, seconds: idleSeconds - 1) == nil)
        #expect(
            Self.alarm(queue, seconds: idleSeconds)
                == .stuckConsumer(unackedMicroseconds: limit))
        queue.oldestUnackedMicroseconds = .exact(limit - 1)
        #expect(Self.alarm(queue, seconds: idleSeconds) == nil)
    }
}
