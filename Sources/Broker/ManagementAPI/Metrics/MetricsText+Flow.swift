import Core
import Engine
import Messaging

/// What holds the messages of a queue back, and how far the readers of a stream are: of those
/// queues alone that have such a thing.
extension MetricsText {
    /// A figure that only some queues have.
    private struct Figure {
        var name: StaticString
        var kind: Kind
        var help: StaticString
        /// Nil where the queue has none.
        var value: (QueueFigures) -> Double?
    }

    mutating func flow(_ queues: [(labels: [UInt8], figures: QueueFigures)]) {
        for figure in Self.figures {
            self.family(figure.name, figure.kind, figure.help)
            for queue in queues {
                guard let value = figure.value(queue.figures) else { continue }
                self.sample(figure.name, queue.labels, amount: value)
            }
        }
        self.breakerStates(queues)
    }

    private static var figures: [Figure] { Self.flowFigures + Self.streamFigures }

    private static var flowFigures: [Figure] {
        [
            Figure(
                name: "queuetop_queue_breaker_openings_total", kind: .counter,
                help: "How often the circuit breaker of a queue opened"
            ) { $0.flow.breaker.map { Double($0.openings) } },
            Figure(
                name: "queuetop_queue_breaker_failure_ratio", kind: .gauge,
                help: "Share of failures in the window of a circuit breaker, 0 to 1"
            ) { queue in
                queue.flow.breaker.map { breaker in
                    guard breaker.outcomes > 0 else { return 0 }
                    return Double(breaker.failures) / Double(breaker.outcomes)
                }
            },
            Figure(
                name: "queuetop_queue_delivery_rate_limit", kind: .gauge,
                help: "Deliveries a second that a queue is limited to"
            ) { $0.flow.deliveriesPerSecondMax },
            Figure(
                name: "queuetop_queue_messages_waiting", kind: .gauge,
                help: "Messages kept outside of a queue for a retry"
            ) { $0.traits.contains(.retries) || $0.waiting > 0 ? Double($0.waiting) : nil },
            Figure(
                name: "queuetop_queue_messages_retried_total", kind: .counter,
                help: "Messages that were rejected and kept for another try"
            ) { $0.traits.contains(.retries) ? Double($0.tally.retried) : nil },
            Figure(
                name: "queuetop_queue_messages_deduplicated_total", kind: .counter,
                help: "Publishes that a queue had already and did not take again"
            ) { $0.traits.contains(.deduplicating) ? Double($0.tally.deduplicated) : nil },
            Figure(
                name: "queuetop_queue_deduplication_ids", kind: .gauge,
                help: "Ids by which a queue knows what it had already"
            ) { $0.flow.deduplicationIDs.map { Double($0) } },
        ]
    }

    private static var streamFigures: [Figure] {
        [
            Figure(
                name: "queuetop_stream_next_offset", kind: .gauge,
                help: "Offset that the next message of a stream gets"
            ) { $0.stream.map { Double($0.nextOffset) } },
            Figure(
                name: "queuetop_stream_lost_total", kind: .counter,
                help: "Messages that retention dropped before the groups of a stream read them"
            ) { $0.stream.map { Double($0.lost) } },
        ]
    }

    /// One sample for each state that a breaker can have; 1 is the one that it has.
    private mutating func breakerStates(_ queues: [(labels: [UInt8], figures: QueueFigures)]) {
        self.family(
            "queuetop_queue_breaker_state", .gauge, "1 for the state of a circuit breaker, else 0")
        for queue in queues {
            guard let breaker = queue.figures.flow.breaker else { continue }
            for (name, isIt) in [
                ("closed", breaker.isClosed), ("open", breaker.isOpen),
                ("half_open", !breaker.isClosed && !breaker.isOpen),
            ] {
                self.sample(
                    "queuetop_queue_breaker_state",
                    queue.labels.dropLast() + Array(",state=\"\(name)\"}".utf8), isIt ? 1 : 0)
            }
        }
    }

    /// How far each consumer group of a stream is behind.
    mutating func groups(_ groups: [PlacedGroup]) {
        let labels = groups.map {
            Self.labels(
                ("vhost", $0.host.text), ("queue", $0.queue.text), ("group", $0.figures.name))
        }
        let each: [(StaticString, StaticString, (StreamGroupFigures) -> Double?)] = [
            (
                "queuetop_stream_group_lag_messages",
                "Messages that a consumer group has not acked", { Double($0.lag) }
            ),
            (
                "queuetop_stream_group_lag_seconds",
                "How long ago the first message came that a consumer group has not acked",
                { group in group.lag == 0 ? 0 : group.lagMicroseconds.map { Double($0) / 1e6 } }
            ),
            (
                "queuetop_stream_group_consumers", "Consumers of a consumer group",
                { Double($0.consumers) }
            ),
        ]
        for (name, help, value) in each {
            self.family(name, .gauge, help)
            for (group, labels) in zip(groups, labels) {
                guard let value = value(group.figures) else { continue }
                self.sample(name, labels, amount: value)
            }
        }
    }
}

extension MetricsText {
    /// How many messages wait in each exchange that delays them.
    mutating func delays(_ exchanges: [ExchangeFigures]) {
        let name: StaticString = "queuetop_exchange_messages_delayed"
        self.family(name, .gauge, "Messages that wait in an exchange which delays them")
        for exchange in exchanges {
            guard let delayed = exchange.delayed else { continue }
            let labels = Self.labels(
                ("vhost", exchange.host.text), ("exchange", exchange.name.text))
            self.sample(name, labels, delayed)
        }
    }
}

/// A consumer group and the stream that it reads.
struct PlacedGroup: Sendable {
    var host: VirtualHostName
    var queue: QueueName
    var figures: StreamGroupFigures
}

extension BreakerFigures {
    fileprivate var isClosed: Bool { self.state == .closed }

    fileprivate var isOpen: Bool {
        if case .open = self.state { true } else { false }
    }
}

/// What holds messages back, of all queues together.
struct FlowSums: Sendable {
    var waiting = 0
    /// Messages that wait in exchanges.
    var delayed = 0
    var (closed, open, halfOpen) = (0, 0, 0)
    /// Messages that the slowest consumer group of any stream has not acked; nil without groups.
    var lagMax: UInt64?

    mutating func add(_ queue: QueueFigures) {
        self.waiting += queue.waiting
        if let lag = queue.stream?.lagMax { self.lagMax = max(self.lagMax ?? 0, lag) }
        switch queue.flow.breaker?.state {
        case nil: break
        case .closed: self.closed += 1
        case .open: self.open += 1
        case .halfOpen: self.halfOpen += 1
        }
    }
}

extension MetricsText {
    mutating func flowSums(_ sums: FlowSums) {
        self.single(
            "queuetop_messages_waiting", .gauge,
            "Messages kept outside of their queues for a retry", sums.waiting)
        self.single(
            "queuetop_messages_delayed", .gauge, "Messages that wait in exchanges which delay them",
            sums.delayed)
        self.family("queuetop_breakers", .gauge, "Circuit breakers in each state")
        for (state, count) in [
            ("closed", sums.closed), ("open", sums.open), ("half_open", sums.halfOpen),
        ] {
            self.sample("queuetop_breakers", Self.labels(("state", state)), count)
        }
        guard let lag = sums.lagMax else { return }
        self.single(
            "queuetop_stream_group_lag_messages_max", .gauge,
            "Messages that the slowest consumer group of any stream has not acked", lag)
    }
}

extension Engine {
    var flowSums: FlowSums {
        self.snapshot { broker, now in
            var sums = FlowSums()
            for host in broker.virtualHosts {
                let figures = broker.sample(in: host, now: now)
                for queue in figures.queues { sums.add(queue) }
                sums.delayed += figures.delayed
            }
            return sums
        }
    }

    /// The consumer groups of those queues that are streams.
    func groups(of places: [QueuePlace]) -> [PlacedGroup] {
        self.snapshot { broker, now in
            places.flatMap { place -> [PlacedGroup] in
                guard broker.nextOffset(of: place.name, in: place.host) != nil,
                    let facts = broker.detail(of: place.name, in: place.host, now: now)
                else { return [] }
                return facts.groups.map {
                    PlacedGroup(host: place.host, queue: place.name, figures: $0)
                }
            }
        }
    }
}
