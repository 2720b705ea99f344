import Messaging

extension Broker {
    /// Makes the broker have what an operator wants it to have; ``endBatch(now:)`` follows.
    ///
    /// Policies are replaced as a whole, and hold at once for what there is; virtual hosts,
    /// exchanges, queues and bindings are added; users and permissions are set, none is taken away.
    ///
    /// - Returns: What is wrong, each as a sentence. A policy that cannot be understood or a
    ///   virtual host that is not there is found before anything changes; what clashes with
    ///   something declared before is left as it was, and the rest is done.
    package mutating func apply(_ definitions: Definitions, now: Timestamp) -> [String] {
        let known = Set(self.hostSlots.keys).union(definitions.virtualHosts)
        let hosts =
            definitions.policies.map(\.host) + definitions.exchanges.map(\.host)
            + definitions.queues.map(\.host) + definitions.bindings.map(\.host)
        let unknown = Set(hosts).subtracting(known).sorted()
        var problems = unknown.map { "there is no vhost '\($0)'" }
        var rules: [(Definitions.HostPolicy, PolicyRule)] = []
        for policy in definitions.policies {
            do {
                rules.append(
                    (policy, try PolicyRule(policy.policy, isOperator: policy.isOperator)))
            } catch {
                problems.append("policy '\(policy.policy.name)': \(error.reason)")
            }
        }
        problems +=
            Self.tooLong(definitions)
            + definitions.users.compactMap {
                Self.problem(with: $0)?.description
            }
        guard problems.isEmpty else { return problems }
        let newHosts = Set(definitions.virtualHosts).subtracting(self.hostSlots.keys)
        for host in definitions.virtualHosts { self.addVirtualHost(host) }
        self.replacePolicies(rules)
        self.note(definition: .policiesReplaced(definitions.policies))
        self.reapplyPolicies(now: now)
        let refused = self.grant(definitions, newHosts)
        let notSet = definitions.parameters.compactMap { self.setParameter($0)?.description }
        return refused + notSet + self.declare(definitions, now: now)
    }

    /// Names that no client could have given, because they do not fit into a frame's short string.
    private static func tooLong(_ definitions: Definitions) -> [String] {
        var problems: [String] = []
        func check(_ kind: String, _ text: String, mayBeEmpty: Bool = false) {
            let bytes = text.utf8.count
            if bytes > Limits.nameBytesMax || (bytes == 0 && !mayBeEmpty) {
                problems.append(
                    "\(kind) '\(text.prefix(40))' has \(bytes) bytes, not 1 to "
                        + "\(Limits.nameBytesMax)")
            }
        }
        for host in definitions.virtualHosts { check("vhost", host.text) }
        for item in definitions.exchanges { check("exchange", item.exchange.name.text) }
        for item in definitions.queues { check("queue", item.queue.name.text) }
        for item in definitions.bindings {
            check("routing key", item.binding.routingKey, mayBeEmpty: true)
        }
        return problems
    }

    mutating func replacePolicies(_ rules: [(Definitions.HostPolicy, PolicyRule)]) {
        for host in self.hosts.slots {
            self.hosts[host].policies = []
            self.hosts[host].operatorPolicies = []
        }
        // The most urgent first; of equals the first by name, so that it does not depend on luck.
        let sorted = rules.sorted {
            ($1.0.policy.priority, $0.0.policy.name) < ($0.0.policy.priority, $1.0.policy.name)
        }
        for (policy, rule) in sorted {
            guard let host = self.hostSlots[policy.host] else { continue }
            if policy.isOperator {
                self.hosts[host].operatorPolicies.append(rule)
            } else {
                self.hosts[host].policies.append(rule)
            }
        }
    }

    /// - Returns: What clashed.
    private mutating func declare(_ definitions: Definitions, now: Timestamp) -> [String] {
        var problems: [String] = []
        for item in definitions.exchanges {
            guard let host = self.hostSlots[item.host] else { continue }
            do {
                try self.declareExchange(item.exchange, in: host)
            } catch {
                problems.append(error.explanation)
            }
        }
        for item in definitions.queues {
            guard let host = self.hostSlots[item.host] else { continue }
            do throws(Fault) {
                guard item.queue.name != WaitingLog.name else {
                    throw Fault.reserved("queue", item.queue.name.text)
                }
                _ = try self.declareQueue(
                    item.queue, named: item.queue.name, in: host, nil, now: now)
            } catch {
                problems.append(error.explanation)
            }
        }
        for item in definitions.bindings {
            guard let host = self.hostSlots[item.host] else { continue }
            let binding = Binding(
                source: item.binding.exchange, routingKey: item.binding.routingKey,
                arguments: FieldTable(item.binding.arguments.fields.sorted { $0.name < $1.name }))
            do {
                try self.bind(item.binding.destination, with: binding, in: host, for: nil)
            } catch {
                problems.append(error.explanation)
            }
        }
        return problems
    }

    // MARK: What holds

    /// What policies give a queue of that name.
    func policy(forQueue name: QueueName, in host: Int) -> EffectivePolicy {
        EffectivePolicy(
            self.hosts[host].policies.first { $0.matches(queue: name) }?.policy,
            self.hosts[host].operatorPolicies.first { $0.matches(queue: name) }?.policy)
    }

    /// Gives an exchange what its arguments and policies say.
    mutating func applyPolicies(toExchange slot: Int) {
        let (host, name) = (self.exchanges[slot].host, self.exchanges[slot].name)
        let policy = self.hosts[host].policies.first { $0.matches(exchange: name) }?.policy
        self.exchanges[slot].alternate =
            self.exchanges[slot].arguments["alternate-exchange"]?.text.map { ExchangeName($0) }
            ?? EffectivePolicy(policy, nil).alternateExchange
    }

    /// Works out anew what holds for every queue and exchange, and has the end of the batch see
    /// to queues whose limits changed.
    mutating func reapplyPolicies(now: Timestamp) {
        for slot in self.exchanges.slots { self.applyPolicies(toExchange: slot) }
        for slot in self.queues.slots
        where !self.queues[slot].isDeleted
            && !self.queues[slot].isWaitingLog
        {
            let policy = self.policy(
                forQueue: self.queues[slot].name, in: self.queues[slot].host)
            guard policy != self.queues[slot].settings.policy else { continue }
            let expires = self.queues[slot].settings.expiresMicroseconds
            self.queues[slot].settings.apply(policy)
            self.applyFlow(to: slot, now: now)
            // Its time begins now: nobody knew before that it would be counted.
            if self.queues[slot].settings.expiresMicroseconds != expires {
                self.queues[slot].usedAt = now
            }
            self.setExpiryTimer(of: slot)
            self.noteDue(slot)
        }
        self.scheduleOverdueCheck()
        self.topology += 1
    }
}
