import BrokerLink
import Messaging
import Screens
import TestSupport
import Testing

/// Figures as people read them.
struct FiguresTests {
    @Test(
        "Counts are grouped, and shortened from ten million on",
        arguments: [
            (0, "0"), (999, "999"), (1_000, "1,000"), (48_120, "48,120"),
            (9_999_999, "9,999,999"), (10_000_000, "10 M"), (12_340_000, "12.3 M"),
            (999_900_000, "999 M"), (1_500_000_000, "1.5 G"), (-48_120, "-48,120"),
        ])
    func counts(value: Int, text: String) { #expect(Figures.count(value) == text) }

    @Test(
        "Counts fit into a column",
        arguments: [
            (999_999, 7, "999,999"), (1_234_567, 7, "1.23 M"), (12_345_678, 7, "12.3 M"),
            (123_456_789, 7, "123 M"), (12_345, 6, "12,345"), (123_456, 6, "123 k"),
            (99_999, 5, "99 k"), (1_234, 5, "1,234"),
        ])
    func countsInColumns(value: Int, columns: Int, text: String) {
        #expect(Figures.count(value, columns: columns) == text)
        #expect(text.count <= columns)
    }

    @Test(
        "Rates show a tenth below ten",
        arguments: [
            (0, "0/s"), (0.04, "0/s"), (0.05, "0.1/s"), (0.3, "0.3/s"), (3, "3/s"),
            (9.96, "10/s"), (1_204.4, "1,204/s"), (-2.5, "-2.5/s"), (.infinity, "–"),
        ])
    func rates(value: Double, text: String) { #expect(Figures.rate(value) == text) }

    @Test(
        "Bytes in powers of a thousand",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1_000, "1 kB"), (1_940_000, "1.9 MB"),
            (12_300_000, "12 MB"), (999_999_999, "999 MB"), (1_000_000_000, "1 GB"),
        ])
    func bytes(value: Int, text: String) {
        #expect(Figures.bytes(UInt64(value)) == text)
    }

    @Test(
        "Durations have two figures at most",
        arguments: [
            (0, "0 µs"), (999, "999 µs"), (1_000, "1 ms"), (3_140, "3.1 ms"),
            (9_949, "9.9 ms"), (9_950, "10 ms"), (180_000, "180 ms"), (999_499, "999 ms"),
            (999_500, "1 s"), (1_900_000, "1.9 s"), (59_949_999, "59.9 s"),
            (59_950_000, "1m 00s"), (161_000_000, "2m 41s"), (3_599_499_999, "59m 59s"),
            (3_599_500_000, "1h 00m"), (7_800_000_000, "2h 10m"), (86_400_000_000, "1d 0h"),
            (-5, "0 µs"),
        ])
    func durations(microseconds: Int64, text: String) {
        #expect(Figures.duration(microseconds: microseconds) == text)
    }

    @Test(
        "Estimates have whole seconds below a minute",
        arguments: [(58.03, "58 s"), (0.5, "500 ms"), (59.6, "59.6 s"), (90, "1m 30s")])
    func estimates(seconds: Double, text: String) {
        #expect(Figures.duration(seconds: seconds) == text)
    }

    @Test("Every degree of trust is drawn in its own way, and unknown is never zero")
    func measured() {
        #expect(Figures.count(.exact(12)) == "12")
        #expect(Figures.count(.approximate(12, ageSeconds: 5)) == "~12")
        #expect(Figures.count(.derived(12, from: "Little's law")) == "≈12")
        #expect(Figures.count(.unavailable(because: "not counted")) == "–")
        #expect(Figures.duration(.derived(1_000, from: "stamps")) == "≈1 ms")
        #expect(Figures.duration(.exact(nil)) == "–")
        #expect(Figures.duration(.approximate(nil, ageSeconds: 1)) == "–")
    }

    @Test("Clock and date, on both sides of midnight")
    func clock() {
        #expect(ClockText.time(.testStart, utcOffsetSeconds: 0) == "18:31:40")
        #expect(ClockText.time(.testStart, utcOffsetSeconds: 7_200) == "20:31:40")
        #expect(
            ClockText.dateAndTime(.testStart, utcOffsetSeconds: 6 * 3_600)
                == "2026-11-22 00:31:40")
        #expect(
            ClockText.dateAndTime(Timestamp(seconds: 951_782_400), utcOffsetSeconds: 0)
                == "2000-02-29 00:00:00")
        #expect(
            ClockText.dateAndTime(Timestamp(seconds: 0), utcOffsetSeconds: -1)
                == "1969-12-31 23:59:59")
    }
}
