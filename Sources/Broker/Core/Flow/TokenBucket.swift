import Messaging

/// How fast messages may be delivered.
struct DeliveryRate: Equatable {
    /// Nanoseconds in which one delivery becomes free, rounded down.
    let intervalNanoseconds: Int64
    /// Deliveries that may follow each other at once after a pause.
    let burst: Int64
    /// As it was asked for.
    let perSecond: Double

    /// - Parameters:
    ///   - perSecond: Any number; it counts as the nearest one within
    ///     ``Limits/deliveryRateMin`` and ``Limits/deliveryRateMax``.
    ///   - burst: What comes in a second, and at least one, where it is not said.
    init(perSecond: Double, burst: Int64?) {
        let rate = perSecond.clamped(to: Limits.deliveryRateMin...Limits.deliveryRateMax)
        self.perSecond = rate
        self.intervalNanoseconds = Int64(1_000_000_000 / rate)
        self.burst = (burst ?? Int64(rate)).clamped(to: 1...Limits.deliveryBurstMax)
    }
}

/// Tokens that come at a steady rate up to a burst; a delivery takes one.
///
/// Kept as the one moment at which the bucket is full again, so that it is exact and needs nobody
/// to fill it: with `n` tokens missing it is full in `n` intervals.
///
///     now ──────┬─────────┬─────────┬── fullAt        burst 5, interval 1 s, now + 2.4 s:
///          2.4 s = three tokens are not there yet     two deliveries are free
struct TokenBucket: Equatable {
    private(set) var rate: DeliveryRate
    private var fullAtNanoseconds: Int64 = 0

    /// A full one.
    init(_ rate: DeliveryRate) { self.rate = rate }

    /// Goes on at another rate: as many tokens are missing as before, and at most all.
    mutating func setRate(_ rate: DeliveryRate, now: Timestamp) {
        let missing = min(self.rate.burst - Int64(self.available(now: now)), rate.burst)
        self.rate = rate
        self.fullAtNanoseconds = Self.nanoseconds(now) + missing * rate.intervalNanoseconds
    }

    private static func nanoseconds(_ moment: Timestamp) -> Int64 { moment.microseconds * 1_000 }

    /// How many deliveries are free now.
    func available(now: Timestamp) -> Int {
        let missing = max(0, self.fullAtNanoseconds - Self.nanoseconds(now))
        let interval = self.rate.intervalNanoseconds
        return Int(max(0, self.rate.burst - (missing + interval - 1) / interval))
    }

    /// Counts a delivery.
    mutating func take(now: Timestamp) {
        self.fullAtNanoseconds =
            max(self.fullAtNanoseconds, Self.nanoseconds(now)) + self.rate.intervalNanoseconds
    }

    /// When the next delivery is free, as far as nothing is delivered before.
    var nextAt: Timestamp {
        let at = self.fullAtNanoseconds - (self.rate.burst - 1) * self.rate.intervalNanoseconds
        return Timestamp(microseconds: (max(0, at) + 999) / 1_000)
    }
}
