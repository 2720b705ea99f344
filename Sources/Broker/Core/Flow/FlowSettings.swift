import Messaging

/// What a queue's arguments and policies say about the flow of its messages.
///
/// Of two numbers the lower one holds, as for the queue's other limits. A class, because few queues
/// have any of it and each would pay for the room.
final class FlowSettings {
    let rate: DeliveryRate?
    let breaker: BreakerRules?
    let deduplication: DeduplicationRules?

    /// - Returns: Nil when they say nothing about it.
    init?(_ policy: EffectivePolicy, _ declared: FieldTable) {
        guard !(policy.definition.isEmpty && declared.isEmpty) else { return nil }
        self.rate = Self.rate(policy, declared)
        self.breaker = Self.breaker(policy, declared)
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
        let window =
            policy.lower(.breakerWindow, declared) ?? Limits.breakerWindowMilliseconds
        let cooldown =
            policy.lower(.breakerCooldown, declared) ?? Limits.breakerCooldownMilliseconds
        return BreakerRules(
            threshold: threshold, windowMicroseconds: window * 1_000,
            outcomesMin: UInt64(
                policy.lower(.breakerOutcomesMin, declared) ?? Limits.breakerOutcomesMin),
            cooldownMicroseconds: cooldown * 1_000,
            probes: Int(policy.lower(.breakerProbes, declared) ?? Limits.breakerProbes))
    }

    private static func deduplication(
        _ policy: EffectivePolicy, _ declared: FieldTable
    ) -> DeduplicationRules? {
        policy.lower(.deduplicationWindow, declared).map { window in
            DeduplicationRules(
                windowMicroseconds: window * 1_000,
                header: policy.first(.deduplicationHeader, declared),
                idsMax: Int(
                    policy.lower(.deduplicationMax, declared) ?? Limits.deduplicationIDs))
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
