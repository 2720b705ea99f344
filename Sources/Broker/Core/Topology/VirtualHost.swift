import Messaging

/// A namespace of exchanges, queues and policies; a connection sees one.
struct VirtualHost {
    let name: VirtualHostName
    /// Slots of its queues.
    var queues: [QueueName: Int] = [:]
    /// Slots of its exchanges; the default exchange has none.
    var exchanges: [ExchangeName: Int] = [:]
    /// The most urgent first.
    var policies: [PolicyRule] = []
    var operatorPolicies: [PolicyRule] = []
    /// Where messages wait; nil until the first has to.
    var waitingLog: WaitingLog?

    // MARK: Texts, in RabbitMQ's words

    func resource(_ queue: QueueName) -> String { "queue '\(queue)' in vhost '\(self.name)'" }

    func resource(_ exchange: ExchangeName) -> String {
        "exchange '\(exchange)' in vhost '\(self.name)'"
    }

    func notFound(_ queue: QueueName) -> Fault {
        Fault(.notFound, "no \(self.resource(queue))")
    }

    func notFound(_ exchange: ExchangeName) -> Fault {
        Fault(.notFound, "no \(self.resource(exchange))")
    }

    func locked(_ queue: QueueName) -> Fault {
        Fault(
            .resourceLocked,
            "cannot obtain exclusive access to locked \(self.resource(queue)). It could be "
                + "originally declared on another connection or the exclusive property value "
                + "does not match that of the original declaration.")
    }
}
