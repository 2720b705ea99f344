import Messaging

/// How often, and after which waits, a rejected message comes back before it is dead-lettered.
///
///     wait before retry n = base * factor^(n - 1), at most the greatest delay,
///                           less up to the jitter's share of it
///
/// The jitter takes away and never adds, so that the greatest delay holds, and so that what failed
/// together does not come back together.
struct RetryPolicy: Equatable {
    /// The header that says how often a message has come back so.
    ///
    /// The message itself carries the count, so it holds wherever the message waits and after any
    /// restart. A publisher that sets it begins there.
    static let headerName = "x-retry-count"

    /// The arguments, in the order in which they are checked and compared.
    static let arguments = [
        "x-retry-max", "x-retry-base", "x-retry-factor", "x-retry-max-delay", "x-retry-jitter",
    ]

    /// `x-retry-max`: how often a message comes back.
    var retries: Int64
    /// `x-retry-base`: the first wait.
    var baseMilliseconds = Limits.retryBaseMilliseconds
    /// `x-retry-factor`: how much longer each further wait is.
    var factor = Limits.retryFactor
    /// `x-retry-max-delay`.
    var delayMaxMilliseconds = Limits.retryDelayMilliseconds
    /// `x-retry-jitter`: the share of a wait that chance may take away.
    var jitter = Limits.retryJitter

    init(retries: Int64) { self.retries = retries }

    /// What an argument says, else what a policy says; nil when neither asks for retries.
    init?(_ policy: EffectivePolicy, _ declared: FieldTable) {
        guard let retries = policy.value(.retryMax, declared)?.integer, retries > 0 else {
            return nil
        }
        self.retries = min(retries, Limits.retriesMax)
        let durations = 0...Limits.durationMillisecondsMax
        if let base = policy.value(.retryBase, declared)?.integer {
            self.baseMilliseconds = base.clamped(to: durations)
        }
        if let factor = policy.value(.retryFactor, declared)?.amount {
            self.factor = factor.clamped(to: Limits.retryFactorMin...Limits.retryFactorMax)
        }
        if let delay = policy.value(.retryMaxDelay, declared)?.integer {
            self.delayMaxMilliseconds = delay.clamped(to: durations)
        }
        if let jitter = policy.value(.retryJitter, declared)?.amount {
            self.jitter = jitter.clamped(to: 0...1)
        }
    }

    /// How long a message waits that has come back so often already.
    func delayMicroseconds(after retries: Int64, _ random: inout SeededGenerator) -> Int64 {
        let greatest = Double(self.delayMaxMilliseconds) * 1_000
        var delay = min(Double(self.baseMilliseconds) * 1_000, greatest)
        var left = self.factor > 1 ? min(max(retries, 0), Limits.retriesMax) : 0
        while left > 0, delay > 0, delay < greatest {
            delay = min(delay * self.factor, greatest)
            left -= 1
        }
        guard self.jitter > 0 else { return Int64(delay) }
        return Int64(delay * (1 - self.jitter * Double.random(in: 0..<1, using: &random)))
    }

    /// What it comes to, for operators.
    var facts: QueueFacts.Retries {
        var (plain, random) = (self, SeededGenerator(seed: 0))
        plain.jitter = 0
        let waits = (0..<min(self.retries, 10)).map { plain.delayMicroseconds(after: $0, &random) }
        return QueueFacts.Retries(
            count: self.retries, waitsMicroseconds: waits, jitter: self.jitter)
    }

    /// Whether a value is right for one of a policy's keys.
    static func takes(_ value: FieldValue, for argument: PolicyArgument) -> Bool {
        switch argument {
        case .retryMax: value.integer.map { (0...Limits.retriesMax) ~= $0 } ?? false
        case .retryBase, .retryMaxDelay:
            value.integer.map { (0...Limits.durationMillisecondsMax) ~= $0 } ?? false
        case .retryFactor:
            value.amount.map { (Limits.retryFactorMin...Limits.retryFactorMax) ~= $0 } ?? false
        case .retryJitter: value.amount.map { (0...1) ~= $0 } ?? false
        case .alternateExchange, .deadLetterExchange, .deadLetterKey, .messageTTL, .expires,
            .lengthMax, .bytesMax, .overflow, .ageMax, .segmentBytesMax, .consumerTimeout,
            .durability, .queueMode, .queueVersion,
            .deliveryLimit, .deadLetterStrategy, .memoryLengthMax, .memoryBytesMax,
            .leaderLocator, .deliveryRate, .deliveryBurst, .breakerThreshold, .breakerWindow,
            .breakerOutcomesMin, .breakerCooldown, .breakerProbes, .deduplicationWindow,
            .deduplicationHeader, .deduplicationMax:
            false
        }
    }
}

extension QueueArguments {
    /// An extension of ours: RabbitMQ takes these unread.
    func checkRetries() throws(Fault) {
        for key in ["x-retry-max", "x-retry-base", "x-retry-max-delay"] {
            guard let value = try self.checkCount(key) else { continue }
            let greatest =
                key == "x-retry-max" ? Limits.retriesMax : Limits.durationMillisecondsMax
            if value > greatest { throw self.invalid(key, "{value_too_large,\(value)}") }
        }
        try self.checkAmount("x-retry-factor", Limits.retryFactorMin...Limits.retryFactorMax)
        try self.checkAmount("x-retry-jitter", 0...1)
    }

    private func checkAmount(_ key: String, _ range: ClosedRange<Double>) throws(Fault) {
        guard let value = self.table[key] else { return }
        guard let amount = value.amount else {
            throw self.invalid(key, "\"expected number, got \(value.typeName)\"")
        }
        guard range.contains(amount) else {
            throw self.invalid(key, "{value_out_of_range,\(value.shown)}")
        }
    }
}
