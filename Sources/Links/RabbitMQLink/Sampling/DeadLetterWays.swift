import Messaging

/// Which queues receive dead letters, by how the queues and the bindings are set up.
package struct DeadLetterWays: Equatable, Sendable {
    /// Where a queue sends its dead letters.
    package struct Way: Hashable, Sendable {
        package var exchange: ExchangeName
        /// Nil keeps the key that each message has.
        package var routingKey: String?

        package init(exchange: ExchangeName, routingKey: String?) {
            self.exchange = exchange
            self.routingKey = routingKey
        }
    }

    /// An exchange's own bindings.
    package struct Exchange: Equatable, Sendable {
        /// What leads on from the exchange.
        package struct Binding: Equatable, Sendable {
            package var destination: String
            package var isToQueue: Bool
            package var routingKey: String

            package init(destination: String, isToQueue: Bool, routingKey: String) {
                self.destination = destination
                self.isToQueue = isToQueue
                self.routingKey = routingKey
            }
        }

        package var type: String
        package var bindings: [Binding]
        /// Whether messages may leave it by another way than its bindings, such as an alternate
        /// exchange.
        package var mayLeadOn: Bool

        package init(type: String, bindings: [Binding], mayLeadOn: Bool = false) {
            self.type = type
            self.bindings = bindings
            self.mayLeadOn = mayLeadOn
        }
    }

    /// Exchanges that are followed at most; a topology of more is seen in part.
    static let exchangesMax = 200

    /// The ways of these queues, each once.
    package static func ways(of queues: [QueueReply]) -> Set<Way> {
        Set(queues.compactMap { self.way(of: $0) })
    }

    /// Nil when the queue has no dead-letter exchange.
    static func way(of queue: QueueReply) -> Way? {
        guard let exchange = queue.setting("dead-letter-exchange")?.text else { return nil }
        return Way(
            exchange: ExchangeName(exchange),
            routingKey: queue.setting("dead-letter-routing-key")?.text)
    }

    /// Exchanges that have to be known to say where the ways lead and are not among `known`.
    package static func unknownExchanges(
        _ ways: Set<Way>, known: [ExchangeName: Exchange]
    ) -> [ExchangeName] {
        var missing: Set<ExchangeName> = []
        for way in ways {
            self.follow(way, known) {
                missing.insert($0)
            } onQueue: { _ in
            }
        }
        return missing.sorted().prefix(max(0, self.exchangesMax - known.count)).map { $0 }
    }

    /// The queues at the ends of the ways.
    package static func ends(_ ways: Set<Way>, known: [ExchangeName: Exchange]) -> Set<QueueName> {
        var ends: Set<QueueName> = []
        for way in ways {
            self.follow(way, known) { _ in
            } onQueue: {
                ends.insert($0)
            }
        }
        return ends
    }

    private static func follow(
        _ way: Way, _ known: [ExchangeName: Exchange], onUnknown: (ExchangeName) -> Void,
        onQueue: (QueueName) -> Void
    ) {
        if way.exchange == .default {
            if let key = way.routingKey { onQueue(QueueName(key)) }
            return
        }
        var seen: Set<ExchangeName> = [way.exchange]
        var waiting = [way.exchange]
        while let name = waiting.popLast() {
            guard let exchange = known[name] else {
                onUnknown(name)
                continue
            }
            for binding in exchange.bindings
            where exchange.takes(binding, way.routingKey) != false {
                if binding.isToQueue {
                    onQueue(QueueName(binding.destination))
                } else if seen.insert(ExchangeName(binding.destination)).inserted {
                    waiting.append(ExchangeName(binding.destination))
                }
            }
        }
    }
}
