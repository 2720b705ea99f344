import Messaging

/// Virtual hosts come and go by an administrator's word; ``endBatch(now:)`` follows.
extension Broker {
    /// Adds a virtual host; nothing when it is there.
    ///
    /// - Returns: Why that cannot be; nil when it is there now.
    package mutating func putVirtualHost(_ name: VirtualHostName) -> AccessProblem? {
        let bytes = name.text.utf8.count
        guard (1...Limits.nameBytesMax) ~= bytes else {
            return .invalid("a vhost's name has \(bytes) bytes, not 1 to \(Limits.nameBytesMax)")
        }
        self.addVirtualHost(name)
        return nil
    }

    /// Deletes a virtual host with all that is in it, and closes its connections.
    ///
    /// - Returns: Whether there was such a virtual host. The one that every broker begins with
    ///   stays: ``AccessProblem/invalid(_:)``.
    package mutating func deleteVirtualHost(
        _ name: VirtualHostName, now: Timestamp
    ) throws(AccessProblem) -> Bool {
        guard name != .default else {
            throw .invalid("vhost '/' cannot be deleted: every broker has it")
        }
        guard let host = self.hostSlots[name] else { return false }
        for slot in self.connections.slots where self.connections[slot].host == host {
            self.force(slot, "vhost '\(name)' is deleted")
            // At once, though its socket still has to close: nothing may lead into a virtual host
            // that is not there.
            self.connectionClosed(self.connections[slot].id, now: now)
        }
        self.removeQueues(of: host, now: now)
        for name in Array(self.hosts[host].exchanges.keys) {
            // Some go with others, by whose bindings they lived.
            if let slot = self.hosts[host].exchanges[name] { self.removeExchanges([slot]) }
        }
        self.access.forget(name)
        self.forgetParameters(of: name)
        self.hostSlots[name] = nil
        self.hosts[host].policies = []
        self.hosts[host].operatorPolicies = []
        // Its slot stays filled for this batch's effects, like those of its queues.
        self.due.deletedHosts.append(host)
        self.topology += 1
        self.note(definition: .hostRemoved(name))
        return true
    }

    private mutating func removeQueues(of host: Int, now: Timestamp) {
        for slot in Array(self.hosts[host].queues.values) { self.removeQueue(slot, now: now) }
        // It is in no list of names, and the queues above have taken theirs out of it.
        guard let log = self.hosts[host].waitingLog?.queue.index else { return }
        self.forgetWaiting(of: log)
        self.removeQueue(log, now: now)
        self.hosts[host].waitingLog = nil
    }
}
