import Messaging

/// Arguments of ours that say how another one is meant, and mean nothing without it.
///
/// That one may come from a policy that holds when the queue is declared, so that arguments and
/// policies can complete each other; a policy itself may have any part of them. What is declared
/// stays when such a policy goes, and does nothing then.
enum Companion {
    /// Each with the one that it needs.
    static let needs: [(argument: PolicyArgument, main: PolicyArgument)] = [
        (.deliveryBurst, .deliveryRate), (.breakerWindow, .breakerThreshold),
        (.breakerOutcomesMin, .breakerThreshold), (.breakerCooldown, .breakerThreshold),
        (.breakerProbes, .breakerThreshold), (.deduplicationHeader, .deduplicationWindow),
        (.deduplicationMax, .deduplicationWindow), (.retryBase, .retryMax),
        (.retryFactor, .retryMax), (.retryMaxDelay, .retryMax), (.retryJitter, .retryMax),
    ]

    /// Checks that no argument lacks the one that it needs.
    ///
    /// - Parameter resource: Such as `queue 'q' in vhost '/'`.
    /// - Throws: 406 for the first that does.
    static func check(
        _ table: FieldTable, _ policy: EffectivePolicy, of resource: String
    ) throws(Fault) {
        for (argument, main) in Self.needs where table["x-\(argument.rawValue)"] != nil {
            guard policy.value(main, table) == nil else { continue }
            throw Fault(
                .preconditionFailed,
                "invalid arg 'x-\(argument.rawValue)' for \(resource): it means nothing without "
                    + "x-\(main.rawValue)")
        }
    }
}

extension FlowArguments {
    /// Checks the rate that a consumer asks for, with which no policy has to do.
    static func checkConsumer(_ arguments: FieldTable, of resource: String) throws(Fault) {
        guard !arguments.isEmpty else { return }
        try Self.check(Self.ofConsumers, in: arguments, of: resource)
        try Companion.check(arguments, .none, of: resource)
    }
}

extension QueueArguments {
    /// Checks the arguments that need others, and those that bound others.
    func checkCompanions(_ policy: EffectivePolicy) throws(Fault) {
        guard !self.table.isEmpty else { return }
        try Companion.check(self.table, policy, of: self.resource)
        try self.checkWaits(policy)
    }

    /// A first wait above the longest one is an error, not a longest wait.
    ///
    /// Only when the first wait is said: the usual one gives way to a shorter longest wait.
    private func checkWaits(_ policy: EffectivePolicy) throws(Fault) {
        let keys = [PolicyArgument.retryBase, .retryMaxDelay]
        guard let key = keys.first(where: { self.table["x-\($0.rawValue)"] != nil }),
            let base = policy.value(.retryBase, self.table)?.integer
        else { return }
        let longest =
            policy.value(.retryMaxDelay, self.table)?.integer ?? Limits.retryDelayMilliseconds
        guard base > longest else { return }
        throw self.invalid(
            "x-\(key.rawValue)",
            "the first wait (x-retry-base, \(base)) is above the longest (x-retry-max-delay, "
                + "\(longest))")
    }
}

extension RetryPolicy {
    /// The same for what a policy says of both.
    static func checkWaits(of policy: Policy) throws(PolicyError) {
        let definition = policy.definition
        guard let base = definition[PolicyArgument.retryBase.rawValue]?.integer,
            let longest = definition[PolicyArgument.retryMaxDelay.rawValue]?.integer,
            base > longest
        else { return }
        throw PolicyError(
            "its retry-base of \(base) is above its retry-max-delay of \(longest)")
    }
}
