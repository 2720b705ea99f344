import Messaging

/// What there is in virtual hosts: exchanges, bindings and policies.
extension Broker {
    /// The exchanges of a virtual host by name, the default one first.
    package func exchanges(in name: VirtualHostName) -> [ExchangeFigures] {
        guard let host = self.hostSlots[name] else { return [] }
        let declared = self.hosts[host].exchanges.values
            .map { self.figures(ofExchange: $0, in: name) }
            .sorted { $0.name < $1.name }
        return [Self.defaultExchange(in: name)] + declared
    }

    /// One exchange; nil when there is none of that name.
    package func exchangeFigures(
        of exchange: ExchangeName, in name: VirtualHostName
    ) -> ExchangeFigures? {
        guard let host = self.hostSlots[name] else { return nil }
        guard exchange != .default else { return Self.defaultExchange(in: name) }
        return self.hosts[host].exchanges[exchange].map { self.figures(ofExchange: $0, in: name) }
    }

    private static func defaultExchange(in host: VirtualHostName) -> ExchangeFigures {
        ExchangeFigures(
            host: host, name: .default, type: ExchangeKind.direct.rawValue, isDurable: true,
            isAutoDelete: false, isInternal: false, arguments: FieldTable())
    }

    private func figures(
        ofExchange slot: Int, in host: VirtualHostName
    ) -> ExchangeFigures {
        let name = self.exchanges[slot].name
        let (place, kind) = (self.exchanges[slot].host, self.exchanges[slot].kind)
        let policy = self.hosts[place].policies.first { $0.matches(exchange: name) }
        return ExchangeFigures(
            host: host, name: name, type: kind.rawValue, isDurable: self.exchanges[slot].isDurable,
            isAutoDelete: self.exchanges[slot].isAutoDelete,
            isInternal: self.exchanges[slot].isInternal,
            arguments: self.exchanges[slot].arguments, policy: policy?.policy.name,
            delayed: kind == .delayed ? self.delayedCount(of: name, in: place) : nil)
    }

    // MARK: Bindings

    /// Every binding of a virtual host, those of every queue to the default exchange first.
    ///
    /// - Complexity: O(bindings + queues).
    package func bindings(in name: VirtualHostName) -> [BindingFigures] {
        guard let host = self.hostSlots[name] else { return [] }
        let queues = self.hosts[host].queues.keys.filter { $0 != WaitingLog.name }
        let implicit = queues.sorted().map { Self.implicitBinding(of: $0, in: name) }
        let declared = self.hosts[host].exchanges
            .flatMap { self.bindings(from: $0.value, in: name) }
        return implicit + declared.sorted { $0.order < $1.order }
    }

    /// The bindings in which a queue or an exchange is the destination; nil when there is none of
    /// that name.
    package func bindings(
        to end: BindingRequest.Destination, in name: VirtualHostName
    ) -> [BindingFigures]? {
        guard let host = self.hostSlots[name] else { return nil }
        var implicit: [BindingFigures] = []
        var bindings: Set<Binding>
        switch end {
        case .queue(let queue):
            guard let slot = self.hosts[host].queues[queue] else { return nil }
            implicit = [Self.implicitBinding(of: queue, in: name)]
            bindings = self.queues[slot].bindings
        case .exchange(let exchange):
            guard let slot = self.hosts[host].exchanges[exchange] else {
                return exchange == .default ? [] : nil
            }
            bindings = self.exchanges[slot].inbound
        }
        let declared = bindings.map { Self.figures(of: $0, to: end, in: name) }
        return implicit + declared.sorted { $0.order < $1.order }
    }

    /// The bindings in which an exchange is the source; nil when there is none of that name.
    package func bindings(
        from exchange: ExchangeName, in name: VirtualHostName
    ) -> [BindingFigures]? {
        guard let host = self.hostSlots[name] else { return nil }
        guard exchange != .default else {
            return self.bindings(in: name).filter { $0.source == .default }
        }
        return self.hosts[host].exchanges[exchange]
            .map { self.bindings(from: $0, in: name).sorted { $0.order < $1.order } }
    }

    private func bindings(
        from exchange: Int, in host: VirtualHostName
    ) -> [BindingFigures] {
        self.exchanges[exchange].outbound.flatMap { destination, bindings in
            let end: BindingRequest.Destination =
                switch destination {
                case .queue(let slot): .queue(self.queues[slot].name)
                case .exchange(let slot): .exchange(self.exchanges[slot].name)
                }
            return bindings.map { Self.figures(of: $0, to: end, in: host) }
        }
    }

    private static func figures(
        of binding: Binding, to end: BindingRequest.Destination, in host: VirtualHostName
    ) -> BindingFigures {
        BindingFigures(
            host: host, source: binding.source, destination: end,
            routingKey: binding.routingKey, arguments: binding.arguments)
    }

    private static func implicitBinding(
        of queue: QueueName, in host: VirtualHostName
    ) -> BindingFigures {
        BindingFigures(
            host: host, source: .default, destination: .queue(queue), routingKey: queue.text,
            arguments: FieldTable())
    }

    // MARK: Policies

    /// Every policy and operator policy, by virtual host and as they take effect.
    package var policies: [Definitions.HostPolicy] {
        self.virtualHosts.flatMap { name -> [Definitions.HostPolicy] in
            guard let host = self.hostSlots[name] else { return [] }
            return self.hosts[host].policies.map {
                .init(host: name, policy: $0.policy, isOperator: false)
            }
                + self.hosts[host].operatorPolicies.map {
                    .init(host: name, policy: $0.policy, isOperator: true)
                }
        }
    }
}

extension BindingFigures {
    /// By what bindings are listed: source, destination, its kind, key.
    fileprivate var order: (String, String, Int, String) {
        switch self.destination {
        case .queue(let name): (self.source.text, name.text, 1, self.routingKey)
        case .exchange(let name): (self.source.text, name.text, 0, self.routingKey)
        }
    }
}

extension Broker {
    /// How many exchanges a virtual host has, the default one included.
    package func exchangeCount(in name: VirtualHostName) -> Int {
        self.hostSlots[name].map { self.hosts[$0].exchanges.count + 1 } ?? 0
    }
}
