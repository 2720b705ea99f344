import Messaging

extension Broker {
    /// The slots of the queues that a message goes to, each once and ascending; nil when there
    /// is no such exchange.
    func route(exchange: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> [Int]? {
        guard exchange.count > 0 else {
            return self.queueSlots[QueueName(key.text)].map { [$0] } ?? []
        }
        guard let slot = self.exchangeSlots[ExchangeName(exchange.text)] else { return nil }
        return self.exchanges[slot].route(key: key).sorted()
    }

    mutating func declareExchange(_ declaration: ExchangeDeclaration) throws(Fault) {
        let name = ExchangeName(Self.stripped(declaration.name.text))
        if declaration.isPassive {
            guard name != .default else { throw .defaultExchange }
            guard self.exchangeSlots[name] != nil else { throw .notFound(name) }
            return
        }
        let kind = try Exchange.Kind(named: declaration.type)
        guard name != .default else { throw .defaultExchange }
        if let slot = self.exchangeSlots[name] {
            try self.checkEquivalence(of: slot, declaration, kind)
            return
        }
        guard !name.text.hasPrefix("amq.") else { throw .reserved("exchange", name.text) }
        guard declaration.arguments["alternate-exchange"] == nil else {
            throw .unsupported("alternate-exchange", of: Fault.resource(name))
        }
        self.exchangeSlots[name] = self.exchanges.insert { _, _ in
            Exchange(
                name: name, kind: kind, isDurable: declaration.isDurable,
                isAutoDelete: declaration.isAutoDelete, isInternal: declaration.isInternal)
        }
        self.topology += 1
    }

    private func checkEquivalence(
        of slot: Int, _ declaration: ExchangeDeclaration, _ kind: Exchange.Kind
    ) throws(Fault) {
        let current = self.exchanges[slot]
        let resource = Fault.resource(current.name)
        guard kind == current.kind else {
            throw .inequivalent(
                "type", for: resource, received: "'\(kind.rawValue)'",
                current: "'\(current.kind.rawValue)'")
        }
        try QueueSettings.check(
            "durable", for: resource, received: declaration.isDurable,
            current: current.isDurable)
        try QueueSettings.check(
            "auto_delete", for: resource, received: declaration.isAutoDelete,
            current: current.isAutoDelete)
        try QueueSettings.check(
            "internal", for: resource, received: declaration.isInternal,
            current: current.isInternal)
        if let other = declaration.arguments["alternate-exchange"] {
            throw .inequivalent(
                "alternate-exchange", for: resource,
                received: "the value '\(other.shown)' of type '\(other.typeName)'",
                current: "none")
        }
    }

    mutating func deleteExchange(_ name: ExchangeName, ifUnused: Bool) throws(Fault) {
        let name = ExchangeName(Self.stripped(name.text))
        guard name != .default else { throw .defaultExchange }
        guard !name.text.hasPrefix("amq.") else {
            throw Fault(
                .accessRefused, "deletion of system \(Fault.resource(name)) not allowed")
        }
        guard let slot = self.exchangeSlots[name] else { return }
        if ifUnused, self.exchanges[slot].bindings > 0 {
            throw Fault(.preconditionFailed, "\(Fault.resource(name)) in use")
        }
        for queue in self.exchanges[slot].boundQueues {
            let kept = self.queues[queue].bindings.filter { $0.exchange != name }
            self.queues[queue].bindings = kept
        }
        self.removeExchange(slot)
    }

    private mutating func removeExchange(_ slot: Int) {
        self.exchangeSlots[self.exchanges[slot].name] = nil
        self.exchanges.remove(slot)
        self.topology += 1
    }

    mutating func bind(_ request: BindingRequest, on channel: Int) throws(Fault) {
        let (queue, exchange, key) = try self.expand(request, on: channel)
        guard let exchangeSlot = self.exchangeSlots[exchange] else { throw .notFound(exchange) }
        let slot = try self.queue(named: queue, for: channel)
        let isNewPair = !self.hasBinding(of: slot, to: exchange, key)
        let binding = Binding(exchange: exchange, routingKey: key, arguments: request.arguments)
        guard self.queues[slot].bindings.insert(binding).inserted else { return }
        if isNewPair { self.exchanges[exchangeSlot].bind(slot, key: key) }
        self.topology += 1
    }

    mutating func unbind(_ request: BindingRequest, on channel: Int) throws(Fault) {
        let (queue, exchange, key) = try self.expand(request, on: channel)
        // What is not there need not be unbound.
        guard self.exchangeSlots[exchange] != nil, self.queueSlots[queue] != nil else { return }
        let slot = try self.queue(named: queue, for: channel)
        let binding = Binding(exchange: exchange, routingKey: key, arguments: request.arguments)
        guard self.queues[slot].bindings.remove(binding) != nil else { return }
        if !self.hasBinding(of: slot, to: exchange, key) {
            self.unroute(slot, from: exchange, key)
        }
        self.topology += 1
    }

    /// Ends what a binding routes; an exchange that lives by its bindings goes with the last.
    mutating func unroute(_ queue: Int, from exchange: ExchangeName, _ key: String) {
        guard let slot = self.exchangeSlots[exchange] else { return }
        self.exchanges[slot].unbind(queue, key: key)
        if self.exchanges[slot].isAutoDelete, self.exchanges[slot].bindings == 0 {
            self.removeExchange(slot)
        }
    }

    /// Whether the queue is bound so, with whatever arguments.
    private func hasBinding(of queue: Int, to exchange: ExchangeName, _ key: String) -> Bool {
        self.queues[queue].bindings.contains { $0.exchange == exchange && $0.routingKey == key }
    }

    /// The names a binding request means; an empty queue is the one declared last, and with an
    /// empty key it is the key too.
    private func expand(
        _ request: BindingRequest, on channel: Int
    ) throws(Fault) -> (QueueName, ExchangeName, String) {
        let queue = try self.expand(request.queue, on: channel)
        let isShort = request.queue.text.isEmpty && request.routingKey.isEmpty
        let exchange = ExchangeName(Self.stripped(request.exchange.text))
        guard exchange != .default else { throw .defaultExchange }
        return (queue, exchange, isShort ? queue.text : request.routingKey)
    }

    /// A name without line ends, which RabbitMQ takes out too.
    static func stripped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return name }
        return String(decoding: name.utf8.filter { $0 != 10 && $0 != 13 }, as: UTF8.self)
    }
}
