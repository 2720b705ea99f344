import BrokerLink
import Messaging

extension StreamPlace {
    /// What a prompt for one says behind its text.
    static let hint = "first, last, an offset, 2h ago as 2h, 18:30, 2026-11-22 18:30"

    /// Understands what a person types for a place in a stream; nil when it is none.
    ///
    /// A time of day is the latest one that has passed, by the person's own clock.
    package init?(typed text: String, now: Timestamp, utcOffsetSeconds: Int) {
        let words = text.split(separator: " ")
        switch (words.count, words.first) {
        case (1, "first"?): self = .first
        case (1, "last"?): self = .last
        case (1, let word?):
            if let offset = UInt64(word) {
                self = .offset(offset)
            } else if let age = Self.ageSeconds(word) {
                self = .time(now.adding(microseconds: -age * 1_000_000))
            } else if let seconds = Self.timeOfDay(word) {
                let midnight = now.seconds + Int64(utcOffsetSeconds)
                let today = midnight - midnight % 86_400 - Int64(utcOffsetSeconds) + seconds
                self = .time(Timestamp(seconds: today > now.seconds ? today - 86_400 : today))
            } else {
                return nil
            }
        case (2, let date?):
            guard let days = Self.days(date), let seconds = Self.timeOfDay(words[1]) else {
                return nil
            }
            self = .time(
                Timestamp(seconds: days * 86_400 + seconds - Int64(utcOffsetSeconds)))
        default: return nil
        }
    }

    /// `90s`, `15m`, `2h`, `7D`: as streams themselves write ages.
    private static func ageSeconds(_ word: Substring) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "D": 86_400, "d": 86_400]
        guard let unit = word.last.flatMap({ units[$0] }),
            let count = Int64(word.dropLast()), (0...1_000_000).contains(count)
        else { return nil }
        return count * unit
    }

    /// `18:30` or `18:30:15`, in seconds since midnight.
    private static func timeOfDay(_ word: Substring) -> Int64? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int64($0) }
        guard numbers.count == parts.count, (2...3).contains(numbers.count),
            (0..<24).contains(numbers[0]), numbers.dropFirst().allSatisfy({ (0..<60).contains($0) })
        else { return nil }
        return numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }

    /// Days since 1970 of `2026-11-22`, in the proleptic Gregorian calendar.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    private static func days(_ word: Substring) -> Int64? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int64($0) }
        guard numbers.count == 3, parts.count == 3, (1970...9999).contains(numbers[0]),
            (1...12).contains(numbers[1]), (1...31).contains(numbers[2])
        else { return nil }
        let (month, day) = (numbers[1], numbers[2])
        let year = numbers[0] - (month <= 2 ? 1 : 0)
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Such as `offset 120` or `2026-11-22 18:30:00`.
    func words(utcOffsetSeconds: Int) -> String {
        switch self {
        case .first: "the first message"
        case .last: "the last message"
        case .offset(let offset): "offset \(Figures.count(offset))"
        case .time(let time): ClockText.dateAndTime(time, utcOffsetSeconds: utcOffsetSeconds)
        }
    }
}

extension ReplayOutcome {
    /// One line, such as `Replayed 812 messages of audit to copies; 3 were dropped before.`
    package var summary: String {
        let names = "of \(self.request.stream) to \(self.request.target)"
        let count = Figures.counted(self.report.copied, "message")
        var text: String
        switch self.ending {
        case .running:
            let left = self.report.left.map { ", \(Figures.count($0)) left" } ?? ""
            text = "Replaying \(self.request.stream) to \(self.request.target): \(count)\(left)"
        case .completed: text = "Replayed \(count) \(names)"
        case .stopped: text = "Stopped by you: replayed \(count) \(names)"
        case .failed(let error): text = "Replayed \(count) \(names). \(error)"
        }
        if self.report.lost > 0 {
            text += "; \(Figures.count(self.report.lost)) were dropped before it came to them"
        }
        return text
    }

    var notice: Notice {
        switch self.ending {
        case .running: Notice(self.summary, .note)
        case .completed: Notice(self.summary, self.report.lost > 0 ? .warning : .done)
        case .stopped: Notice(self.summary, .warning)
        case .failed: Notice(self.summary, .failure)
        }
    }
}
