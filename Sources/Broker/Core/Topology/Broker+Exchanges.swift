import Messaging

extension Broker {
    /// - Parameter channel: Whose user has to be allowed to; nil is an operator, who is.
    mutating func declareExchange(
        _ declaration: ExchangeDeclaration, in host: Int, on channel: Int? = nil
    ) throws(Fault) {
        var declaration = declaration
        declaration.name = ExchangeName(Self.stripped(declaration.name.text))
        let name = declaration.name
        if declaration.isPassive {
            guard name != .default else { throw .defaultExchange }
            guard self.hosts[host].exchanges[name] != nil else {
                throw self.hosts[host].notFound(name)
            }
            return
        }
        let kind = try ExchangeKind(named: declaration.type)
        guard name != .default else { throw .defaultExchange }
        if let channel { try self.check(.configure, .exchange(name), on: channel) }
        if let slot = self.hosts[host].exchanges[name] {
            try self.checkEquivalence(of: slot, declaration, kind)
            return
        }
        guard !name.text.hasPrefix("amq.") else { throw .reserved("exchange", name.text) }
        if let alternate = declaration.arguments["alternate-exchange"], alternate.text == nil {
            throw Fault(
                .preconditionFailed,
                "invalid type '\(alternate.typeName)' for arg 'alternate-exchange' in "
                    + self.hosts[host].resource(name))
        }
        try self.checkAlternate(of: declaration, on: channel)
        guard self.exchanges.count < Limits.exchangesMax else {
            throw Fault(
                .preconditionFailed,
                "cannot declare exchange '\(name)': exchange limit (\(Limits.exchangesMax)) is "
                    + "reached")
        }
        let routing = try kind.routingKind(declaration.arguments)
        if declaration.isDurable {
            try self.refuseOnFullDisk("durable \(self.hosts[host].resource(name))")
        }
        self.addExchange(declaration, kind, routing: routing, in: host)
    }

    /// - Parameter routing: The type that says where messages go; its own, unless it delays them.
    mutating func addExchange(
        _ declaration: ExchangeDeclaration, _ kind: ExchangeKind,
        routing: ExchangeKind? = nil, in host: Int
    ) {
        let slot = self.exchanges.insert { _, _ in
            Exchange(declaration, kind: kind, routing: routing ?? kind, host: host)
        }
        self.hosts[host].exchanges[declaration.name] = slot
        if declaration.isDurable, !declaration.name.text.hasPrefix("amq.") {
            self.note(
                definition: .exchangeDeclared(declaration, in: self.hosts[host].name))
        }
        self.applyPolicies(toExchange: slot)
        self.topology += 1
    }

    private func checkEquivalence(
        of slot: Int, _ declaration: ExchangeDeclaration, _ kind: ExchangeKind
    ) throws(Fault) {
        let current = self.exchanges[slot]
        let resource = self.hosts[current.host].resource(current.name)
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
        try QueueSettings.check(
            "alternate-exchange", for: resource,
            received: declaration.arguments["alternate-exchange"],
            current: current.arguments["alternate-exchange"])
    }

    mutating func deleteExchange(
        _ name: ExchangeName, ifUnused: Bool, in host: Int, on channel: Int
    ) throws(Fault) {
        let name = ExchangeName(Self.stripped(name.text))
        guard name != .default else { throw .defaultExchange }
        guard !name.text.hasPrefix("amq.") else {
            throw Fault(
                .accessRefused,
                "deletion of system \(self.hosts[host].resource(name)) not allowed")
        }
        try self.check(.configure, .exchange(name), on: channel)
        guard let slot = self.hosts[host].exchanges[name] else { return }
        if ifUnused, !self.exchanges[slot].isUnbound {
            throw Fault(.preconditionFailed, "\(self.hosts[host].resource(name)) in use")
        }
        self.removeExchanges([slot])
    }

    /// Deletes exchanges with their bindings in both directions, and those that lived by these.
    mutating func removeExchanges(_ slots: [Int]) {
        // A list and no recursion: a client may have chained as many as it likes.
        var pending = slots
        while let slot = pending.popLast() { pending += self.removeExchange(slot) }
    }

    /// - Returns: Exchanges that lived by their bindings to this one.
    private mutating func removeExchange(_ slot: Int) -> [Int] {
        let (host, name) = (self.exchanges[slot].host, self.exchanges[slot].name)
        // Its name goes first, so that it is not found as a source when bound to itself.
        self.hosts[host].exchanges[name] = nil
        if self.exchanges[slot].isDurable {
            self.note(definition: .exchangeDeleted(name, in: self.hosts[host].name))
        }
        self.topology += 1
        for (destination, bindings) in self.exchanges[slot].outbound {
            self.bindingCount -= bindings.count
            switch destination {
            case .queue(let queue): self.queues[queue].bindings.subtract(bindings)
            case .exchange(let other): self.exchanges[other].inbound.subtract(bindings)
            }
        }
        let orphans = self.removeBindings(
            self.exchanges[slot].inbound, to: .exchange(slot), in: host)
        self.exchanges.remove(slot)
        return orphans
    }
}
