import Messaging

extension BrowsedMessage {
    /// How long it has been in its queue, in microseconds; where the broker does not tell, about as
    /// long as its publisher's timestamp says. Nil when neither is known.
    package func ageMicroseconds(at now: Timestamp) -> Measured<Int64?> {
        if let enqueuedAt = self.enqueuedAt {
            return .exact(now.microseconds(since: enqueuedAt))
        }
        // Publishers may write anything there, such as milliseconds.
        guard let seconds = self.message.properties.timestampSeconds, seconds > 0,
            seconds <= UInt64(max(0, now.microseconds / 1_000_000)) + Self.clockSkewSeconds
        else { return .unavailable(because: "the broker does not tell, nor does its publisher") }
        let age = now.microseconds(since: Timestamp(seconds: Int64(seconds)))
        return .approximate(max(0, age), ageSeconds: 0)
    }

    /// A publisher's clock may be ahead by so much.
    private static let clockSkewSeconds: UInt64 = 3_600
}
