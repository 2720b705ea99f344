import Messaging

/// What a queue's arguments and policies say about the flow of its messages.
///
/// Of two numbers the lower one holds, as for the queue's other limits. A class, because few queues
/// have any of it and each would pay for the room.
final class FlowSettings {
    let rate: DeliveryRate?
    let breaker: BreakerRules?
    let deduplication: DeduplicationRules?

    /// - Parameter isStream: It can deduplicate; the rest means nothing for it.
    /// - Returns: Nil when they say nothing about it.
    init?(_ policy: EffectivePolicy, _ declared: FieldTable, ofStream isStream: Bool) {
        guard !(policy.definition.isEmpty && declared.isEmpty) else { return nil }
        self.rate = isStream ? nil : Self.rate(policy, declared)
        self.breaker = isStream ? nil : Self.breaker(policy, declared)
        self.deduplication = Self.deduplication(policy, declared)
        if self.rate == nil, self.breaker == nil, self.deduplication == nil { return nil }
    }

    private static func rate(
        _ policy: EffectivePolicy, _ declared: FieldTable
    ) -> DeliveryRate? {
        policy.lowerAmount(.deliveryRate, declared).map { perSecond in
            DeliveryRate(perSecond: perSecond, burst: policy.lower(.deliveryBurst, declared))
        }
    }

    private static func breaker(
        _ policy: EffectivePolicy, _ declared: FieldTable
    ) -> BreakerRules? {
        guard let threshold = policy.lowerAmount(.breakerThreshold, declared) else { return nil }
        func number(_ argument: PolicyArgument, _ max: Int64, else usual: Int64) -> Int64 {
            policy.lower(argument, declared, within: 1...max) ?? usual
        }
        let window = number(
            .breakerWindow, Limits.breakerMillisecondsMax, else: Limits.breakerWindowMilliseconds)
        let cooldown = number(
            .breakerCooldown, Limits.breakerMillisecondsMax,
            else: Limits.breakerCooldownMilliseconds)
        let outcomesMin = number(
            .breakerOutcomesMin, Limits.breakerOutcomesMax, else: Limits.breakerOutcomesMin)
        let probes = number(.breakerProbes, Limits.breakerProbesMax, else: Limits.breakerProbes)
        return BreakerRules(
            threshold: threshold.clamped(to: 0...1), windowMicroseconds: window * 1_000,
            outcomesMin: UInt64(outcomesMin), cooldownMicroseconds: cooldown * 1_000,
            probes: Int(probes))
    }

    private static func deduplication(
        _ policy: EffectivePolicy, _ declared: FieldTable
    ) -> DeduplicationRules? {
        let windows = 1...Limits.durationMillisecondsMax
        let counts = 1...Limits.deduplicationIDsMax
        return policy.lower(.deduplicationWindow, declared, within: windows).map { window in
            DeduplicationRules(
                windowMicroseconds: window * 1_000,
                header: policy.first(.deduplicationHeader, declared),
                idsMax: Int(
                    policy.lower(.deduplicationMax, declared, within: counts)
                        ?? Limits.deduplicationIDs))
        }
    }
}

extension EffectivePolicy {
    /// The lower of what a policy and an argument say, where that may be a fraction.
    fileprivate func lowerAmount(_ argument: PolicyArgument, _ declared: FieldTable) -> Double? {
        let own = declared["x-\(argument.rawValue)"]?.amount
        switch (own, self.definition[argument.rawValue]?.amount) {
        case (nil, let other): return other
        case (let own?, nil): return own
        case (let own?, let other?): return min(own, other)
        }
    }
}
