import Messaging

/// Limits that administrators set for virtual hosts and users, in RabbitMQ's order and words.
///
/// They hold for whatever is opened or declared from now on; what there is stays. What this process
/// opens for itself, such as for a request to the management API, neither counts nor is refused.
extension Broker {
    /// Why a user may not open a connection that its virtual host or itself has no room for.
    package func refusal(ofConnectionBy user: UserName, in host: VirtualHostName) -> String? {
        guard !self.parameterValues.isEmpty else { return nil }
        if let limit = self.limit(.connections, .limits(of: host)),
            let slot = self.hostSlots[host],
            self.clientConnections(where: { $0.host == slot }).count >= limit
        {
            return "access to vhost '\(host)' refused for user '\(user)': connection limit "
                + "(\(limit)) is reached"
        }
        if let limit = self.limit(.connections, .limits(of: user)),
            self.clientConnections(of: user).count >= limit
        {
            return "connection refused for user '\(user)': user connection limit (\(limit)) is "
                + "reached"
        }
        return nil
    }

    /// Refuses another channel to a user who has as many as it may, over all its connections.
    func checkChannelLimit(ofConnection slot: Int) throws(Fault) {
        guard !self.parameterValues.isEmpty, self.connections[slot].id.isOfClient else { return }
        let user = UserName(self.connections[slot].user)
        guard let limit = self.limit(.channels, .limits(of: user)) else { return }
        let open = self.clientConnections(of: user).reduce(0) {
            $0 + self.connections[$1].channels.count
        }
        guard open >= limit else { return }
        throw Fault(
            .notAllowed,
            "number of channels opened for user '\(user)' has reached the maximum allowed user "
                + "limit of (\(limit))")
    }

    /// Refuses another queue to a virtual host that has as many as it may.
    func checkQueueLimit(of host: Int, for name: QueueName) throws(Fault) {
        guard !self.parameterValues.isEmpty,
            let limit = self.limit(.queues, .limits(of: self.hosts[host].name)),
            self.hosts[host].queues.count >= limit
        else { return }
        throw Fault(
            .preconditionFailed,
            "cannot declare queue '\(name)': queue limit in vhost '\(self.hosts[host].name)' "
                + "(\(limit)) is reached")
    }

    /// Sets one limit among others, or takes it back with nil.
    ///
    /// A virtual host without any keeps an empty list, a user keeps nothing, as in RabbitMQ.
    ///
    /// - Returns: Why that cannot be; nil when it was done.
    package mutating func setLimit(
        _ name: String, _ value: FieldValue?, at key: RuntimeParameter.Key
    ) -> AccessProblem? {
        var limits = FieldTable()
        if case .table(let known)? = self.parameterValues[key] { limits = known }
        limits.fields.removeAll { $0.name == name }
        if let value {
            limits.fields.append(.init(name, value))
        } else if self.parameterValues[key] == nil {
            return nil
        }
        guard !limits.isEmpty || key.component == .hostLimits else {
            self.clearParameter(key)
            return nil
        }
        return self.setParameter(
            RuntimeParameter(key, limits.isEmpty ? .array([]) : .table(limits)))
    }

    /// nil when nobody has set it, or to less than none, which is without a limit.
    private func limit(_ name: LimitName, _ key: RuntimeParameter.Key) -> Int64? {
        guard case .table(let limits)? = self.parameterValues[key],
            let limit = limits[name.rawValue]?.integer, limit >= 0
        else { return nil }
        return limit
    }

    private func clientConnections(of user: UserName) -> [Int] {
        self.clientConnections { $0.user.hasSameOctets(as: user.text) }
    }

    private func clientConnections(where isWanted: (Connection) -> Bool) -> [Int] {
        self.connections.slots.filter { slot in
            self.connections[slot].id.isOfClient && isWanted(self.connections[slot])
        }
    }
}
