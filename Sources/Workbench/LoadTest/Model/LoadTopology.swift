import Messaging

/// What a scenario declares before it publishes, in the order exchanges, queues, bindings.
package struct LoadTopology: Hashable, Sendable {
    /// An exchange without arguments.
    package struct Exchange: Hashable, Sendable {
        package var name: ExchangeName
        /// `direct`, `fanout` or `topic`.
        package var type: String
        package var isDurable: Bool

        package init(_ name: ExchangeName, type: String, isDurable: Bool = true) {
            self.name = name
            self.type = type
            self.isDurable = isDurable
        }
    }

    /// A queue that is neither exclusive nor deleted by itself.
    package struct Queue: Hashable, Sendable {
        package var name: QueueName
        package var arguments: FieldTable
        package var isDurable: Bool

        package init(
            _ name: QueueName, arguments: FieldTable = FieldTable(), isDurable: Bool = true
        ) {
            self.name = name
            self.arguments = arguments
            self.isDurable = isDurable
        }
    }

    /// What brings an exchange's messages into a queue.
    package struct Binding: Hashable, Sendable {
        package var queue: QueueName
        package var exchange: ExchangeName
        package var routingKey: String

        package init(_ queue: QueueName, to exchange: ExchangeName, routingKey: String) {
            self.queue = queue
            self.exchange = exchange
            self.routingKey = routingKey
        }
    }

    package var exchanges: [Exchange]
    package var queues: [Queue]
    package var bindings: [Binding]

    /// All that it declares.
    var count: Int { self.exchanges.count + self.queues.count + self.bindings.count }

    package init(
        exchanges: [Exchange] = [], queues: [Queue] = [], bindings: [Binding] = []
    ) {
        self.exchanges = exchanges
        self.queues = queues
        self.bindings = bindings
    }
}
