import Messaging

/// Changes of what operators define, one at a time: the rest stays as it is.
extension Broker {
    /// Adds what an operator wants; a policy of the same name is replaced, others stay.
    ///
    /// ``endBatch(now:)`` follows.
    ///
    /// - Returns: What is wrong, as ``apply(_:now:)`` says.
    package mutating func merge(_ additions: Definitions, now: Timestamp) -> [String] {
        var definitions = additions
        let others = self.policies.filter { policy in
            !additions.policies.contains { $0.isNamed(as: policy) }
        }
        definitions.policies = others + additions.policies
        return self.apply(definitions, now: now)
    }

    /// Takes a policy away; ``endBatch(now:)`` follows.
    ///
    /// - Returns: Whether there was such a one.
    package mutating func removePolicy(
        _ name: String, in host: VirtualHostName, isOperator: Bool, now: Timestamp
    ) -> Bool {
        var definitions = Definitions()
        let policies = self.policies
        definitions.policies = policies.filter {
            $0.host != host || $0.isOperator != isOperator || $0.policy.name != name
        }
        guard definitions.policies.count < policies.count else { return false }
        _ = self.apply(definitions, now: now)
        return true
    }

    /// The number of what was last given to the store to become durable.
    package var lastCommit: CommitNumber { CommitNumber(self.openCommit.number - 1) }
}

extension Definitions.HostPolicy {
    /// Whether it would take the place of another one.
    fileprivate func isNamed(as other: Self) -> Bool {
        self.host == other.host && self.isOperator == other.isOperator
            && self.policy.name.hasSameOctets(as: other.policy.name)
    }
}
