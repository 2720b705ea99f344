import Messaging

/// What a queue's arguments and policies say about the flow of its messages.
///
/// Of two numbers the lower one holds, as for the queue's other limits.
struct FlowSettings: Equatable {
    var rate: DeliveryRate?
    var breaker: BreakerRules?
    var deduplication: DeduplicationRules?

    static let none = FlowSettings()

    private init() {}

    init(_ policy: EffectivePolicy, _ declared: FieldTable) {
        guard !(policy.definition.isEmpty && declared.isEmpty) else { return }
        if let perSecond = policy.lowerAmount(.deliveryRate, declared) {
            self.rate = DeliveryRate(
                perSecond: perSecond, burst: policy.lower(.deliveryBurst, declared))
        }
        if let threshold = policy.lowerAmount(.breakerThreshold, declared) {
            self.breaker = BreakerRules(
                threshold: threshold,
                windowMicroseconds: 1_000
                    * (policy.lower(.breakerWindow, declared)
                        ?? Limits.breakerWindowMilliseconds),
                outcomesMin: UInt64(
                    policy.lower(.breakerOutcomesMin, declared) ?? Limits.breakerOutcomesMin),
                cooldownMicroseconds: 1_000
                    * (policy.lower(.breakerCooldown, declared)
                        ?? Limits.breakerCooldownMilliseconds),
                probes: Int(policy.lower(.breakerProbes, declared) ?? Limits.breakerProbes))
        }
        if let window = policy.lower(.deduplicationWindow, declared) {
            self.deduplication = DeduplicationRules(
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
