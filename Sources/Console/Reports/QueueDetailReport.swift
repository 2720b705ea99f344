import BrokerLink
import Messaging
import PlainJSON
import Screens

/// One queue with all that is connected to it: what `queuetop queue NAME` prints.
package struct QueueDetailReport: Sendable {
    private let broker: BrokerIdentity
    private let at: Timestamp
    private let queue: QueueTrend?
    private let detail: QueueDetail

    /// - Parameter history: In which its figures are, if its sample came to have it.
    package init(_ detail: QueueDetail, in history: SampleHistory, broker: BrokerIdentity) {
        self.broker = broker
        self.at = history.latest?.at ?? Timestamp(microseconds: 0)
        self.queue = history.queue(detail.name)
        self.detail = detail
    }

    /// The lines for people: facts, then tables of what is connected to it.
    package func lines(_ style: ReportStyle) -> [String] {
        var lines = self.factLines(style)
        func add(_ title: String, _ table: ReportTable) {
            guard !table.rows.isEmpty else { return }
            lines += ["", style.heading(title)] + table.lines(style)
        }
        add("Bindings", BindingReport([self.detail], broker: self.broker).table)
        add("Consumers", ConsumerReport.table(of: self.detail.consumers))
        add("Consumer groups", self.groupTable)
        return lines
    }

    private func factLines(_ style: ReportStyle) -> [String] {
        let facts = self.facts
        let width = facts.map(\.name.count).max() ?? 0
        return facts.map { fact in
            let blanks = String(repeating: " ", count: width - fact.name.count + 2)
            return style.coloured(fact.name, "2") + blanks
                + ReportTable.Cell(fact.value).text
        }
    }

    private var facts: [(name: String, value: String)] {
        let detail = self.detail
        var facts = [("name", detail.name.text), ("type", detail.type)]
        facts.append(("durable", detail.isDurable ? "yes" : "no"))
        if let owner = detail.owner { facts.append(("exclusive to", owner)) }
        if detail.isAutoDelete { facts.append(("auto-delete", "yes")) }
        if let durability = self.detail.durability {
            facts.append(("durability", durability.rawValue))
        }
        if let queue = self.queue { facts += Self.figures(of: queue) }
        if !detail.arguments.isEmpty {
            facts.append(("arguments", JSON.arguments(detail.arguments).compactText))
        }
        if let policy = detail.policy { facts.append(("policy", policy)) }
        if let policy = detail.operatorPolicy { facts.append(("operator policy", policy)) }
        if let limit = detail.deliveryLimit {
            facts.append(("delivery limit", Figures.counted(limit, "return")))
        }
        if let promise = self.queue?.sample.flow.promise {
            facts.append(("guarantee", promise.words))
            facts += promise.reasonSentences.map { ("", $0) }
        }
        if let breaker = self.queue?.sample.flow.breaker {
            facts.append(("circuit breaker", breaker.summary))
        }
        if let alarm = self.queue?.alarmSentence { facts.append(("alarm", alarm)) }
        return facts
    }

    private static func figures(of queue: QueueTrend) -> [(String, String)] {
        let sample = queue.sample
        func rate(_ perSecond: Double?) -> String {
            perSecond.map { Figures.rate($0) } ?? Figures.none
        }
        return [
            ("ready", Figures.counted(sample.knownReady, "message")),
            ("unacked", Figures.counted(sample.knownUnacked, "message")),
            ("waiting for a retry", Figures.counted(sample.waiting, "message")),
            ("size", Figures.bytes(sample.knownReadyBytes)),
            ("oldest", Figures.duration(queue.oldestMicroseconds)),
            ("in", queue.rates.map { Figures.rate($0.published) } ?? Figures.none),
            ("out", rate(queue.rates?.consumedPerSecond)),
            ("drain", queue.drain.text),
            ("processing p50", QueueField.p50(of: sample)),
            ("processing p99", Figures.duration(sample.processing.map { $0?.p99 })),
            ("dead letters", Figures.count(sample.dead)),
            ("consumers", Figures.count(sample.knownConsumers)),
        ]
    }

    private var groupTable: ReportTable {
        ReportTable(
            [
                .init("GROUP", isFigure: false, mayShrink: true, rank: 0),
                .init("NEXT OFFSET", rank: 1), .init("LAG", rank: 2), .init("BEHIND", rank: 3),
                .init("LOST", rank: 5), .init("CONS", rank: 4),
            ],
            rows: (self.detail.groups.value ?? []).map { group in
                [
                    .init(group.name), .init(Figures.count(group.nextOffset)),
                    .init(Figures.count(group.lag)),
                    .init(
                        group.lagMicroseconds.map { Figures.duration(microseconds: $0) }
                            ?? Figures.none),
                    .init(Figures.count(group.lost)), .init(Figures.count(group.consumers)),
                ]
            })
    }

    private static let whyNoRates = "rates come with a second sample: ask for them with --watch"

    /// One document for programs; the member `queue` is that of the list with more behind it.
    package var json: JSON {
        let queue = self.queue.map { QueueJSON.json(of: $0, whyNoRates: Self.whyNoRates) }
        let figures = queue?.members ?? []
        return [
            "at": .moment(self.at), "broker": self.broker.json,
            "queue": .object(figures + self.connected),
        ]
    }

    private var connected: [JSON.Member] {
        let detail = self.detail
        return [
            .init("is_durable", .bool(detail.isDurable)),
            .init("durability", .optional(self.detail.durability?.rawValue)),
            .init("is_exclusive", .bool(detail.isExclusive)),
            .init("owner", .optional(detail.owner)),
            .init("is_auto_delete", .bool(detail.isAutoDelete)),
            .init("arguments", .arguments(detail.arguments)),
            .init("policy", .optional(detail.policy)),
            .init("operator_policy", .optional(detail.operatorPolicy)),
            .init("effective_policy", .arguments(detail.effectivePolicy)),
            .init("delivery_limit", .optional(detail.deliveryLimit.map { Int64($0) })),
            .init("processing_total", .summary(detail.processingTotal)),
            .init("deliver_to_ack", .summary(detail.deliverToAck)),
            .init("time_in_queue", .summary(detail.timeInQueue)),
            .init(
                "bindings",
                .array(detail.bindings.map { BindingReport.json(of: $0, detail.name) })),
            .init("consumer_list", .array(detail.consumers.map { ConsumerReport.json(of: $0) })),
            .init(
                "groups",
                detail.groups.value.map { .array($0.map { Self.json(of: $0) }) } ?? .null),
        ]
    }

    /// Every member that ``connected`` puts behind those of the list; `--help` shows them.
    package static let members: [(name: String, meaning: String)] = [
        ("is_durable", "whether it outlives the broker"),
        ("durability", "sync, written or memory; null where a broker has no such thing"),
        ("is_exclusive", "whether one connection alone may use it"),
        ("owner", "where that connection comes from, else null"),
        ("is_auto_delete", "whether it goes with its last consumer"),
        ("arguments", "what it was declared with"),
        ("policy", "the policy that holds, else null"),
        ("operator_policy", "the same of operator policies"),
        ("effective_policy", "what both define"),
        ("delivery_limit", "returns of a message, else null"),
        ("processing_total", "as processing, since it was declared"),
        ("deliver_to_ack", "the same from delivery to ack"),
        ("time_in_queue", "the same from publish to ack"),
        (
            "bindings",
            "each with exchange, exchange_type, routing_key, queue, arguments"
        ),
        ("consumer_list", "as `consumers` prints them"),
        (
            "groups",
            "each with name, next_offset, lag_messages, lag_microseconds, lost_messages, consumers"
        ),
    ]

    private static func json(of group: StreamGroup) -> JSON {
        [
            "name": .text(group.name), "next_offset": .count(group.nextOffset),
            "lag_messages": .count(group.lag),
            "lag_microseconds": .optional(group.lagMicroseconds),
            "lost_messages": .count(group.lost), "consumers": .count(group.consumers),
        ]
    }
}
