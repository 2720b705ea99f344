import LoadTest
import Messaging
import Testing

@Suite("Schedule: the plan of an open load")
struct ScheduleTests {
    private let start = Timestamp(seconds: 1_000)

    /// A moment, in seconds after the start.
    private func at(_ seconds: Double) -> Timestamp {
        self.start.adding(microseconds: Int64((seconds * 1e6).rounded()))
    }

    @Test("A constant rate spaces messages evenly, however late they are taken")
    func constantRate() {
        var schedule = Schedule(profile: .constant(perSecond: 4), start: self.start)
        let none = schedule.takeDue(now: self.at(0.249_999))
        #expect(none == nil, "the first message is due after a quarter of a second")
        let taken = schedule.takeAll(now: self.at(1))
        #expect(taken.map(\.number) == [1, 2, 3, 4])
        #expect(taken.map(\.due) == [0.25, 0.5, 0.75, 1].map(self.at))
        #expect(schedule.nextDue == self.at(1.25))
    }

    @Test("What is planned and not taken is counted as planned")
    func plannedCountsWhatWasNotTaken() {
        let schedule = Schedule(profile: .constant(perSecond: 1_000), start: self.start)
        #expect(schedule.plannedTotal(now: self.start) == 0)
        #expect(schedule.plannedTotal(now: self.at(0.000_999)) == 0)
        #expect(schedule.plannedTotal(now: self.at(0.001)) == 1)
        #expect(schedule.plannedTotal(now: self.at(60)) == 60_000)
    }

    @Test("A burst ends each period and the base rate goes on after it")
    func burst() {
        var schedule = Schedule(
            profile: .burst(
                perSecond: 10, peakPerSecond: 100, lengthSeconds: 1, everySeconds: 10),
            start: self.start)
        let taken = schedule.takeAll(now: self.at(20))
        #expect(taken.count == 2 * (90 + 100))
        let inSecond = taken.filter { $0.due > self.at(9) && $0.due <= self.at(10) }
        #expect(inSecond.count == 100)
        #expect(schedule.ratePerSecond(now: self.at(21)) == 10)
        #expect(schedule.ratePerSecond(now: self.at(29.5)) == 100)
    }

    @Test("A burst out of silence starts when the silence ends")
    func burstWithoutBase() {
        let schedule = Schedule(
            profile: .burst(perSecond: 0, peakPerSecond: 10, lengthSeconds: 1, everySeconds: 60),
            start: self.start)
        #expect(schedule.nextDue == self.at(59.1))
    }

    @Test("A ramp climbs evenly and then stays", arguments: [0.0, 100, 300])
    func ramp(from: Double) {
        var schedule = Schedule(
            profile: .ramp(fromPerSecond: from, toPerSecond: 100, seconds: 10),
            start: self.start)
        let climbing = schedule.takeAll(now: self.at(10)).count
        #expect(climbing == Int((from + 100) / 2 * 10))
        #expect(schedule.takeAll(now: self.at(12)).count == 200)
    }

    @Test("A rate of nothing plans nothing, until the scale is raised")
    func pause() {
        var schedule = Schedule(
            profile: .constant(perSecond: 10), start: self.start, scale: 0)
        #expect(schedule.nextDue == nil)
        #expect(schedule.takeAll(now: self.at(100)).isEmpty)
        schedule.setScale(1, now: self.at(100))
        #expect(schedule.nextDue == self.at(100.1))
        #expect(schedule.plannedTotal(now: self.at(101)) == 10)
    }

    @Test("Messages planned before a change of rate keep their times")
    func changeKeepsWhatWasPlanned() {
        var schedule = Schedule(profile: .constant(perSecond: 2), start: self.start)
        schedule.setScale(10, now: self.at(1.25))
        let due = schedule.takeAll(now: self.at(1.4)).map(\.due)
        // Half a message is planned at the change; the other half takes a tenth of the time.
        #expect(due == [0.5, 1, 1.275, 1.325, 1.375].map(self.at))
    }

    /// However the rate changes and however late messages are taken: numbers without gap or
    /// repetition, due times in order and never in the future, and as many as were planned.
    @Test(arguments: UInt64(1)...200)
    func everyMessageOnceInOrder(seed: UInt64) throws {
        var random = LoadRandom(seed: seed)
        var schedule = Schedule(profile: .drawn(using: &random), start: self.start)
        var now = self.start
        var expected: UInt64 = 1
        var lastDue = self.start
        var plannedBefore: UInt64 = 0
        for _ in 0..<60 {
            now = now.adding(microseconds: Int64(random.draw(below: 3_000_000)))
            if random.happens(0.3) {
                let plannedAtChange = schedule.plannedTotal(now: now)
                schedule.setScale(Double(random.draw(below: 8)) / 4, now: now)
                let plannedAfter = schedule.plannedTotal(now: now)
                try #require(plannedAfter == plannedAtChange, "a change plans nothing by itself")
            }
            if random.happens(0.4) { continue }  // The generator was held up.
            let planned = schedule.plannedTotal(now: now)
            try #require(planned >= plannedBefore, "the plan never shrinks")
            plannedBefore = planned
            while let message = schedule.takeDue(now: now) {
                try #require(message.number == expected)
                try #require(message.due >= lastDue && message.due <= now)
                expected += 1
                lastDue = message.due
            }
            let taken = expected - 1
            // A message due within the microsecond may be on either side of it.
            try #require(planned >= taken && planned - taken <= 1)
        }
        try #require(expected > 1, "a seed that plans nothing tests nothing")
    }

    @Test("A profile's two functions are each other's inverse", arguments: UInt64(1)...50)
    func inverse(seed: UInt64) throws {
        var random = LoadRandom(seed: seed)
        let profile = LoadProfile.drawn(using: &random)
        for count in stride(from: 1.0, through: 2_000, by: 7) {
            let seconds = try #require(profile.seconds(until: count))
            try #require(abs(profile.messages(within: seconds) - count) < 1e-6)
        }
    }
}

extension Schedule {
    /// Takes everything that is due.
    fileprivate mutating func takeAll(now: Timestamp) -> [Planned] {
        var taken: [Planned] = []
        while let message = self.takeDue(now: now) { taken.append(message) }
        return taken
    }
}

extension LoadProfile {
    /// Any profile that goes on for ever.
    fileprivate static func drawn(using random: inout LoadRandom) -> LoadProfile {
        let rate = Double(1 + random.draw(below: 500))
        let other = Double(random.draw(below: 500))
        let seconds = Double(1 + random.draw(below: 20))
        switch random.draw(below: 3) {
        case 0: return .constant(perSecond: rate)
        case 1:
            return .burst(
                perSecond: other, peakPerSecond: rate, lengthSeconds: seconds / 4,
                everySeconds: seconds)
        default: return .ramp(fromPerSecond: other, toPerSecond: rate, seconds: seconds)
        }
    }
}
