/// The bounds of what queues are declared with and policies say, and what holds where nobody says.
extension Limits {
    /// The longest time to live, idle time, wait or window in milliseconds: ten years.
    package static let durationMillisecondsMax: Int64 = 315_360_000_000
    /// The highest `x-max-priority`.
    package static let priorityMax: Int64 = 255
    /// Bytes of a stream's segment (`x-stream-max-segment-size-bytes`), as RabbitMQ has it.
    package static let segmentBytesMax: Int64 = 3_000_000_000
    /// Returns that a message of a quorum queue survives (`x-delivery-limit`), where nobody says;
    /// as in RabbitMQ 4. 3.10 has no limit, and a message that no consumer can bear goes round for
    /// ever.
    package static let deliveryLimit: Int64 = 20
    /// How often a rejected message comes back at most (`x-retry-max`).
    package static let retriesMax: Int64 = 1_000
    /// The first wait before it does (`x-retry-base`), where nobody says.
    package static let retryBaseMilliseconds: Int64 = 1_000
    /// How much longer each further wait is (`x-retry-factor`), where nobody says.
    package static let retryFactor = 2.0
    /// The least factor, which waits equally long each time, and the greatest.
    package static let retryFactorMin = 1.0
    package static let retryFactorMax = 1_000.0
    /// The longest wait (`x-retry-max-delay`), where nobody says.
    package static let retryDelayMilliseconds: Int64 = 300_000
    /// The share of a wait that chance may take away (`x-retry-jitter`), where nobody says.
    package static let retryJitter = 0.2
    /// The longest `x-delay` of a message in milliseconds, as RabbitMQ's plugin has it.
    package static let delayMillisecondsMax: Int64 = 4_294_967_295
}
