/// When a link that could not connect may try again.
///
/// The wait doubles with every failure, up to ``waitSecondsMax``: short enough that a broker which
/// comes back is found at once, long enough to leave alone one that does not.
package struct Backoff: Equatable {
    static let waitSecondsMin = 0.5
    static let waitSecondsMax = 5.0

    private var failures = 0
    /// In nanoseconds of uptime; nil after a success.
    private var notBefore: UInt64?

    package init() {}

    /// Whether trying now is too early.
    package func isTooEarly(atNanoseconds now: UInt64) -> Bool {
        self.notBefore.map { now < $0 } ?? false
    }

    /// An attempt has failed: the next one has to wait, longer than before.
    package mutating func failed(atNanoseconds now: UInt64) {
        let wait = min(
            Self.waitSecondsMin * Double(1 << min(self.failures, 10)), Self.waitSecondsMax)
        self.failures += 1
        self.notBefore = now + UInt64(wait * 1_000_000_000)
    }

    /// All waits begin anew.
    package mutating func succeeded() { self = Backoff() }
}
