import Messaging

extension Broker {
    mutating func bind(
        _ request: BindingRequest, on channel: Int
    ) throws(Fault) {
        let (end, binding) = try self.expand(request, on: channel)
        try self.bind(
            end, with: binding, in: self.host(of: channel), for: self.connectionID(of: channel))
    }

    /// - Parameter connection: Who binds; nil when an operator does, who may bind any queue.
    mutating func bind(
        _ end: BindingRequest.Destination, with binding: Binding, in host: Int,
        for connection: ConnectionID?
    ) throws(Fault) {
        guard let source = self.hosts[host].exchanges[binding.source] else {
            throw self.hosts[host].notFound(binding.source)
        }
        let destination = try self.destination(end, in: host, for: connection)
        try self.exchanges[source].routingKind.check(binding.arguments)
        guard self.bindingCount < Limits.bindingsMax else {
            throw Fault(
                .preconditionFailed, "binding limit (\(Limits.bindingsMax)) is reached")
        }
        if self.durable(binding, from: source, to: destination) != nil,
            !self.exists(binding, to: end, in: host)
        {
            try self.refuseOnFullDisk("a binding of \(self.hosts[host].resource(binding.source))")
        }
        guard self.exchanges[source].bind(destination, with: binding) else { return }
        switch destination {
        case .queue(let slot): self.queues[slot].bindings.insert(binding)
        case .exchange(let slot): self.exchanges[slot].inbound.insert(binding)
        }
        self.bindingCount += 1
        self.topology += 1
        if let durable = self.durable(binding, from: source, to: destination) {
            self.note(definition: .bound(durable))
        }
    }

    mutating func unbind(_ request: BindingRequest, on channel: Int) throws(Fault) {
        let (end, binding) = try self.expand(request, on: channel)
        let host = self.host(of: channel)
        // What is not there need not be unbound.
        guard self.exists(binding, to: end, in: host) else { return }
        let connection = self.connectionID(of: channel)
        let destination = try self.destination(end, in: host, for: connection)
        switch destination {
        case .queue(let slot): self.queues[slot].bindings.remove(binding)
        case .exchange(let slot): self.exchanges[slot].inbound.remove(binding)
        }
        if let source = self.hosts[host].exchanges[binding.source],
            let durable = self.durable(binding, from: source, to: destination)
        {
            self.note(definition: .unbound(durable))
        }
        self.removeExchanges(self.removeBindings([binding], to: destination, in: host))
    }

    /// A binding as it outlives the process; nil when one of its ends does not.
    private func durable(
        _ binding: Binding, from source: Int, to destination: Destination
    ) -> DurableBinding? {
        guard self.exchanges[source].isDurable else { return nil }
        let end: DurableBinding.Destination
        switch destination {
        case .queue(let slot):
            guard self.queues[slot].settings.isDurable else { return nil }
            end = .queue(self.queues[slot].id)
        case .exchange(let slot):
            guard self.exchanges[slot].isDurable else { return nil }
            end = .exchange(self.exchanges[slot].name)
        }
        return DurableBinding(
            host: self.hosts[self.exchanges[source].host].name, source: binding.source,
            destination: end, routingKey: binding.routingKey, arguments: binding.arguments)
    }

    /// Ends what bindings route to a destination, which forgets them itself.
    ///
    /// - Returns: Exchanges that live by their bindings and have none any more.
    mutating func removeBindings(
        _ bindings: Set<Binding>, to destination: Destination, in host: Int
    ) -> [Int] {
        var orphans: [Int] = []
        for binding in bindings {
            guard let source = self.hosts[host].exchanges[binding.source] else { continue }
            if self.exchanges[source].unbind(destination, with: binding) {
                self.bindingCount -= 1
                if self.exchanges[source].isAutoDelete, self.exchanges[source].isUnbound {
                    orphans.append(source)
                }
            }
        }
        self.topology += 1
        return orphans
    }

    private func exists(
        _ binding: Binding, to end: BindingRequest.Destination, in host: Int
    ) -> Bool {
        switch end {
        case .queue(let name):
            self.hosts[host].queues[name].map { self.queues[$0].bindings.contains(binding) }
                ?? false
        case .exchange(let name):
            self.hosts[host].exchanges[name].map { self.exchanges[$0].inbound.contains(binding) }
                ?? false
        }
    }

    private func destination(
        _ end: BindingRequest.Destination, in host: Int, for connection: ConnectionID?
    ) throws(Fault) -> Destination {
        switch end {
        case .queue(let name):
            return .queue(try self.queue(named: name, in: host, for: connection))
        case .exchange(let name):
            guard let slot = self.hosts[host].exchanges[name] else {
                throw self.hosts[host].notFound(name)
            }
            return .exchange(slot)
        }
    }

    /// The names a binding request means; an empty queue is the one declared last, and with an
    /// empty key it is the key too.
    ///
    /// Refused in RabbitMQ's order where the channel's user may not.
    private mutating func expand(
        _ request: BindingRequest, on channel: Int
    ) throws(Fault) -> (BindingRequest.Destination, Binding) {
        let source = ExchangeName(Self.stripped(request.exchange.text))
        var key = request.routingKey
        let end: BindingRequest.Destination
        switch request.destination {
        case .queue(let name):
            let queue = try self.expand(name, on: channel)
            if name.text.isEmpty, key.isEmpty { key = queue.text }
            try self.check(.write, .queue(queue), on: channel)
            end = .queue(queue)
        case .exchange(let name):
            let exchange = ExchangeName(Self.stripped(name.text))
            try self.check(.write, .exchange(exchange), on: channel)
            guard exchange != .default else { throw .defaultExchange }
            end = .exchange(exchange)
        }
        guard source != .default else { throw .defaultExchange }
        try self.check(.read, .exchange(source), on: channel)
        if let slot = self.hosts[self.host(of: channel)].exchanges[source] {
            try self.check(.read, key: key, ofExchange: slot, on: channel)
        }
        // Their order is no part of what they mean.
        var arguments = request.arguments
        arguments.fields.sort { $0.name < $1.name }
        return (end, Binding(source: source, routingKey: key, arguments: arguments))
    }

    /// A name without line ends, which RabbitMQ takes out too.
    static func stripped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return name }
        return String(decoding: name.utf8.filter { $0 != 10 && $0 != 13 }, as: UTF8.self)
    }
}
