import LoadTest
import Messaging
import Testing

@Suite("WorkLine: a consumer that works on one message at a time")
struct WorkLineTests {
    /// A moment, in microseconds after the start.
    private func at(_ microseconds: Int64) -> Timestamp {
        Timestamp(seconds: 1_000).adding(microseconds: microseconds)
    }

    @Test("Messages that come together are worked off one after the other")
    func oneAfterTheOther() {
        var line = WorkLine(
            work: LoadWork(meanMicroseconds: 100), failureShare: 0, seed: 1)
        for tag in 1...3 { line.delivered(DeliveryTag(UInt64(tag)), now: self.at(0)) }
        #expect(line.nextDone == self.at(100))

        var settlements: [WorkLine.Settlement] = []
        #expect(line.settle(now: self.at(99), into: &settlements) == (0, 0))
        #expect(line.settle(now: self.at(250), into: &settlements) == (2, 0))
        #expect(settlements == [.ackUpTo(DeliveryTag(2))])
        #expect(line.nextDone == self.at(300))
    }

    @Test("Work begins when a message has come, not when the one before it was done")
    func waitsForMessages() {
        var line = WorkLine(
            work: LoadWork(meanMicroseconds: 100), failureShare: 0, seed: 1)
        var settlements: [WorkLine.Settlement] = []
        line.delivered(DeliveryTag(1), now: self.at(0))
        #expect(line.settle(now: self.at(500), into: &settlements) == (1, 0))
        #expect(line.nextDone == nil)
        line.delivered(DeliveryTag(2), now: self.at(500))
        #expect(line.nextDone == self.at(600))
    }

    @Test("Without work time everything is settled at once, with one ack")
    func noWork() {
        var line = WorkLine(work: LoadWork(), failureShare: 0, seed: 1)
        for tag in 1...1_000 { line.delivered(DeliveryTag(UInt64(tag)), now: self.at(7)) }
        var settlements: [WorkLine.Settlement] = []
        #expect(line.settle(now: self.at(7), into: &settlements) == (1_000, 0))
        #expect(settlements == [.ackUpTo(DeliveryTag(1_000))])
    }

    @Test("A share of one fails on every message")
    func everythingFails() {
        var line = WorkLine(work: LoadWork(), failureShare: 1, seed: 1)
        for tag in 1...3 { line.delivered(DeliveryTag(UInt64(tag)), now: self.at(0)) }
        var settlements: [WorkLine.Settlement] = []
        #expect(line.settle(now: self.at(0), into: &settlements) == (0, 3))
        #expect(settlements == (1...3).map { .reject(DeliveryTag($0)) })
    }

    /// However messages come and are settled: each exactly once, as an ack of several would be
    /// understood by the broker, in the order in which they came, and not before its time.
    @Test(arguments: UInt64(1)...100)
    func everyDeliverySettledOnce(seed: UInt64) throws {
        var random = LoadRandom(seed: seed)
        let work = LoadWork(meanMicroseconds: 50, spreadMicroseconds: 50)
        let share = Double(random.draw(below: 4)) / 4
        var line = WorkLine(work: work, failureShare: share, seed: seed)
        var now = self.at(0)
        var delivered: UInt64 = 0
        var acked = 0
        var failed = 0
        var outstanding: [DeliveryTag] = []
        for _ in 0..<200 {
            now = now.adding(microseconds: Int64(random.draw(below: 200)))
            for _ in 0..<random.draw(below: 4) {
                delivered += 1
                line.delivered(DeliveryTag(delivered), now: now)
                outstanding.append(DeliveryTag(delivered))
            }
            var settlements: [WorkLine.Settlement] = []
            let counts = line.settle(now: now, into: &settlements)
            for settlement in settlements {
                switch settlement {
                case .ackUpTo(let tag):
                    let covered = outstanding.prefix { $0 <= tag }
                    try #require(!covered.isEmpty, "an ack of nothing closes the channel")
                    acked += covered.count
                    outstanding.removeFirst(covered.count)
                case .reject(let tag):
                    try #require(outstanding.first == tag)
                    failed += 1
                    outstanding.removeFirst()
                }
            }
            try #require(line.nextDone.map { $0 > now } ?? outstanding.isEmpty)
            acked -= counts.acked
            failed -= counts.failed
            try #require(acked == 0 && failed == 0, "what is counted is what is told")
        }
        try #require(delivered > 0)
    }
}
