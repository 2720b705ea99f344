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

    /// Connections that are in a virtual host.
    package func connections(in name: VirtualHostName) -> [ConnectionID] {
        guard let host = self.hostSlots[name] else { return [] }
        return self.connections.slots.filter { self.connections[$0].host == host }
            .map { self.connections[$0].id }
    }

    /// Deletes a virtual host with its queues, exchanges and policies; ``endBatch(now:)`` follows.
    ///
    /// The owner has closed its connections.
    package mutating func removeVirtualHost(
        _ name: VirtualHostName, now: Timestamp
    ) -> HostRemoval {
        guard name != .default else { return .isDefault }
        guard let host = self.hostSlots[name] else { return .notFound }
        for queue in self.queues.slots
        where self.queues[queue].host == host && !self.queues[queue].isDeleted {
            self.removeQueue(queue, now: now)
        }
        self.hosts[host].waitingLog = nil
        self.removeExchanges(Array(self.hosts[host].exchanges.values))
        let policies = self.policies
        let others = policies.filter { $0.host != name }
        if others.count < policies.count { self.note(definition: .policiesReplaced(others)) }
        self.note(definition: .hostDeleted(name))
        // Its slot stays: effects of this batch may still point to it.
        self.hosts[host].policies = []
        self.hosts[host].operatorPolicies = []
        self.hostSlots[name] = nil
        return .removed
    }

    /// The number of what was last given to the store to become durable.
    package var lastCommit: CommitNumber { CommitNumber(self.openCommit.number - 1) }
}

/// What the deletion of a virtual host came to.
package enum HostRemoval: Equatable, Sendable {
    case removed
    case notFound
    /// The one that every broker has stays.
    case isDefault
}

extension Definitions.HostPolicy {
    /// Whether it would take the place of another one.
    fileprivate func isNamed(as other: Self) -> Bool {
        self.host == other.host && self.isOperator == other.isOperator
            && self.policy.name.hasSameOctets(as: other.policy.name)
    }
}
