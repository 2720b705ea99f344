import Messaging

extension Broker {
    /// By name.
    package var virtualHosts: [VirtualHostName] { self.hostSlots.keys.sorted() }

    /// Adds a virtual host with the exchanges that every one has; nothing when it is there.
    mutating func addVirtualHost(_ name: VirtualHostName) {
        guard self.hostSlots[name] == nil else { return }
        let host = self.hosts.insert { _, _ in VirtualHost(name: name) }
        self.hostSlots[name] = host
        if name != .default { self.note(definition: .hostAdded(name)) }
        func add(_ exchange: String, _ kind: ExchangeKind, isInternal: Bool = false) {
            let declaration = ExchangeDeclaration(
                name: ExchangeName(exchange), type: kind.rawValue, isDurable: true,
                isInternal: isInternal)
            self.addExchange(declaration, kind, in: host)
        }
        for kind in ExchangeKind.standard { add("amq.\(kind.rawValue)", kind) }
        // The two that AMQP 0-9-1, 3.1.3 and RabbitMQ have besides.
        add("amq.match", .headers)
        add("amq.rabbitmq.trace", .topic, isInternal: true)
    }

    /// The slot of a queue; nil when there is none of that name.
    func slot(of name: QueueName, in host: VirtualHostName) -> Int? {
        self.hostSlots[host].flatMap { self.hosts[$0].queues[name] }
    }
}
