import Messaging

/// Moments as the wall clock shows them.
package enum ClockText {
    /// `18:32:07`, so many seconds ahead of UTC.
    package static func time(_ moment: Timestamp, utcOffsetSeconds: Int) -> String {
        let day: Int64 = 86_400
        let local = moment.seconds + Int64(utcOffsetSeconds)
        let seconds = UInt(((local % day) + day) % day)
        return [seconds / 3_600, seconds / 60 % 60, seconds % 60]
            .map(Figures.padded).joined(separator: ":")
    }

    /// `2026-11-22 18:32:07`, in the proleptic Gregorian calendar.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    package static func dateAndTime(_ moment: Timestamp, utcOffsetSeconds: Int) -> String {
        let local = moment.seconds + Int64(utcOffsetSeconds)
        let days = (local - ((local % 86_400) + 86_400) % 86_400) / 86_400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(year)-\(Figures.padded(UInt(month)))-\(Figures.padded(UInt(day)))"
        return date + " " + Self.time(moment, utcOffsetSeconds: utcOffsetSeconds)
    }
}
