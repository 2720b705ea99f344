import BrokerLink
import Messaging
import PlainJSON
import Screens

/// By which ways messages come into queues: what `queuetop bindings` prints.
package struct BindingReport: Sendable {
    private let broker: BrokerIdentity
    private let rows: [(queue: QueueName, binding: QueueDetail.Binding)]

    /// - Parameter details: In the order in which they are shown.
    package init(_ details: [QueueDetail], broker: BrokerIdentity) {
        self.broker = broker
        self.rows = details.flatMap { detail in
            detail.bindings.map { (detail.name, $0) }
        }
    }

    /// The table.
    package var table: ReportTable {
        ReportTable(
            [
                .init("EXCHANGE", isFigure: false, mayShrink: true, rank: 2),
                .init("TYPE", isFigure: false, rank: 4),
                .init("ROUTING KEY", isFigure: false, mayShrink: true, rank: 1),
                .init("QUEUE", isFigure: false, mayShrink: true, rank: 0),
                .init("ARGUMENTS", isFigure: false, mayShrink: true, rank: 3),
            ],
            rows: self.rows.map { row in
                let (exchange, arguments) = (row.binding.exchange, row.binding.arguments)
                return [
                    .init(exchange == .default ? "(default)" : exchange.text),
                    .init(row.binding.exchangeType), .init(row.binding.routingKey),
                    .init(row.queue.text),
                    .init(
                        arguments.isEmpty
                            ? Figures.none : JSON.arguments(arguments).compactText, .muted),
                ]
            })
    }

    /// One document for programs.
    package var json: JSON {
        [
            "broker": self.broker.json,
            "bindings": .array(self.rows.map { Self.json(of: $0.binding, $0.queue) }),
        ]
    }

    static func json(of binding: QueueDetail.Binding, _ queue: QueueName) -> JSON {
        [
            "exchange": .text(binding.exchange.text),
            "exchange_type": .text(binding.exchangeType),
            "routing_key": .text(binding.routingKey), "queue": .text(queue.text),
            "arguments": .arguments(binding.arguments),
        ]
    }
}
