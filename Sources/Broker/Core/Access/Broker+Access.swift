import Messaging

/// What stands in front of every command and publish: whether its user may.
///
/// Source: RabbitMQ 3.10's access control; the order of its checks and its texts, too, because
/// the first refusal is what a client sees.
extension Broker {
    /// Whether a user may enter a virtual host: whoever has any permission in it may.
    package func admits(_ user: UserName, to host: VirtualHostName) -> Bool {
        self.access.permissions[AccessTable.Place(user: user, host: host)] != nil
    }

    /// Whether there is such a virtual host.
    package func hasVirtualHost(_ host: VirtualHostName) -> Bool { self.hostSlots[host] != nil }

    /// Refuses what a channel's user may not do.
    mutating func check(
        _ kind: AccessKind, _ target: AccessTarget, on channel: Int
    ) throws(Fault) {
        let connection = self.channels[channel].connection
        self.renewGrants(of: connection)
        guard !self.connections[connection].grants.allows(kind, target) else { return }
        let host = self.hosts[self.connections[connection].host].name
        throw Fault(
            .accessRefused,
            "access to \(Grants.shown(target, in: host)) refused for user "
                + "'\(self.connections[connection].user)'")
    }

    /// Refuses a routing key that a channel's user may not use with a topic exchange.
    mutating func check(
        _ kind: AccessKind, key: String, ofExchange slot: Int, on channel: Int
    ) throws(Fault) {
        guard self.exchanges[slot].routingKind == .topic else { return }
        let connection = self.channels[channel].connection
        self.renewGrants(of: connection)
        guard self.connections[connection].grants.hasTopics else { return }
        let name = self.exchanges[slot].name
        guard !self.connections[connection].grants.allows(kind, key: key, of: name) else {
            return
        }
        let host = self.hosts[self.connections[connection].host].name
        throw Fault(
            .accessRefused,
            "access to topic '\(key)' in exchange '\(name)' in vhost '\(host)' refused "
                + "for user '\(self.connections[connection].user)'")
    }

    private mutating func renewGrants(of connection: Int) {
        guard self.connections[connection].grants.generation != self.access.generation else {
            return
        }
        self.connections[connection].grants = self.access.grants(
            UserName(self.connections[connection].user),
            in: self.hosts[self.connections[connection].host].name)
    }

    /// The same for a queue's dead-letter exchange, which only somebody may name who could read
    /// the queue and publish to the exchange.
    ///
    /// - Parameter channel: nil is an operator, who may.
    mutating func checkDeadLetters(
        of queue: QueueName, _ declaration: QueueDeclaration, on channel: Int?
    ) throws(Fault) {
        guard let channel, let exchange = declaration.arguments["x-dead-letter-exchange"]?.text
        else { return }
        try self.check(.read, .queue(queue), on: channel)
        try self.check(.write, .exchange(ExchangeName(exchange)), on: channel)
    }

    /// The same for an exchange's alternate exchange.
    mutating func checkAlternate(
        of declaration: ExchangeDeclaration, on channel: Int?
    ) throws(Fault) {
        guard let channel, let alternate = declaration.arguments["alternate-exchange"]?.text
        else { return }
        try self.check(.read, .exchange(declaration.name), on: channel)
        try self.check(.write, .exchange(ExchangeName(alternate)), on: channel)
    }
}
