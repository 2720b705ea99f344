import BrokerLink
import Messaging
import PlainJSON
import Screens

/// Who takes messages, and what they hold: what `queuetop consumers` prints.
package struct ConsumerReport: Sendable {
    private let broker: BrokerIdentity
    private let at: Timestamp
    private let consumers: [ClientConsumer]

    /// - Parameter pattern: Only consumers of such queues.
    package init(_ roster: ClientRoster, broker: BrokerIdentity, pattern: NamePattern = .all) {
        self.broker = broker
        self.at = roster.at
        self.consumers = roster.consumers.filter { pattern.includes($0.queue.text) }
            .sorted {
                ($0.queue, $0.origin, $0.id.tag.text) < ($1.queue, $1.origin, $1.id.tag.text)
            }
    }

    /// The table.
    package var table: ReportTable { Self.table(of: self.consumers) }

    static func table(of consumers: [ClientConsumer]) -> ReportTable {
        ReportTable(
            [
                .init("QUEUE", isFigure: false, mayShrink: true, rank: 0),
                .init("CONSUMER", isFigure: false, mayShrink: true, rank: 1),
                .init("CLIENT", isFigure: false, rank: 2),
                .init("UNACK", rank: 3), .init("OLDEST", rank: 4), .init("PREFETCH", rank: 5),
                .init("PRIO", rank: 7), .init("MODE", isFigure: false, rank: 6),
                .init("STATE", isFigure: false, rank: 8),
            ],
            rows: consumers.map { consumer in
                [
                    .init(consumer.queue.text), .init(consumer.id.tag.text),
                    .init(consumer.origin), .init(Figures.count(consumer.unacked)),
                    .init(
                        consumer.oldestUnackedMicroseconds.map {
                            Figures.duration(microseconds: $0)
                        } ?? Figures.none),
                    .init(consumer.prefetchWords), .init(Figures.count(consumer.priority)),
                    .init(consumer.modeWords), .init(consumer.stateWords),
                ]
            })
    }

    /// One document for programs.
    package var json: JSON {
        [
            "at": .moment(self.at), "broker": self.broker.json,
            "consumers": .array(self.consumers.map { Self.json(of: $0) }),
        ]
    }

    static func json(of consumer: ClientConsumer) -> JSON {
        [
            "queue": .text(consumer.queue.text), "consumer_tag": .text(consumer.id.tag.text),
            "client": .text(consumer.origin),
            "channel": .count(Int(consumer.id.channel.number)),
            "unacked_messages": .count(consumer.unacked),
            "oldest_unacked_microseconds": .optional(consumer.oldestUnackedMicroseconds),
            "prefetch_messages": .count(consumer.prefetch),
            "priority": .count(consumer.priority), "needs_ack": .bool(consumer.needsAck),
            "is_exclusive": .bool(consumer.isExclusive), "is_active": .bool(consumer.isActive),
            "lag_messages": consumer.reader.map { .count($0.lag) } ?? .null,
        ]
    }
}
