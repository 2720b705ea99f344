import Core
import Messaging

/// Values that some arithmetic does not survive, and some that are of another kind.
enum ExtremeNumbers {
    static let all: [FieldValue] =
        [
            .int8(.min), .uint8(.max), .int16(.min), .uint16(.max), .int32(.min), .int32(.max),
            .uint32(.max), .int64(.min), .int64(.max), .int64(1 << 62), .int64(-1), .int32(0),
            .int32(1), .float(.nan), .float(.infinity), .float(.greatestFiniteMagnitude),
            .float(-0.0), .double(.nan), .double(.infinity), .double(-.infinity), .double(1e300),
            .double(-1e300), .double(.leastNonzeroMagnitude), .double(0.5), .double(9.3e18),
            .decimal(scale: 255, value: .max), .decimal(scale: 0, value: .min),
            .decimal(scale: 1, value: 5),
        ] + others

    private static let others: [FieldValue] = [
        .bool(true), .string(""), .string("sync"), .string("99999999999999999999Y"),
        .longString([0xFF, 0xFE]), .byteArray([0]), .array([.double(.nan)]),
        .timestamp(seconds: 0), .timestamp(seconds: .max), .table(["a": .int64(.min)]), .void,
    ]

    static let types = ["classic", "quorum", "stream"]

    /// What a queue may be declared with and a policy may say, as policies call it.
    static let keys =
        [
            "message-ttl", "expires", "max-length", "max-length-bytes", "overflow",
            "dead-letter-exchange", "dead-letter-routing-key", "dead-letter-strategy",
            "max-in-memory-length", "max-in-memory-bytes", "queue-mode", "queue-version",
            "delivery-limit", "queue-leader-locator", "max-age", "consumer-timeout",
            "stream-max-segment-size-bytes", "durability",
        ] + ours

    /// Those that only queues of ours have.
    static let ours = [
        "retry-max", "retry-base", "retry-factor", "retry-max-delay", "retry-jitter",
        "delivery-rate", "delivery-burst", "breaker-threshold", "breaker-window", "breaker-min",
        "breaker-cooldown", "breaker-probes", "deduplication-window", "deduplication-header",
        "deduplication-max",
    ]

    /// Arguments that no policy has.
    static let arguments = [
        "x-max-priority", "x-single-active-consumer", "x-initial-cluster-size",
        "x-quorum-initial-group-size", "x-queue-master-locator",
    ]

    /// What lets the further arguments of retries, rates, breakers and deduplication have a say.
    static let mains: FieldTable = [
        "retry-max": .int32(3), "delivery-rate": .int32(50), "breaker-threshold": .double(0.5),
        "deduplication-window": .int32(1_000),
    ]

    /// A policy's keys as arguments.
    static func asArguments(_ definition: FieldTable) -> FieldTable {
        FieldTable(definition.fields.map { .init("x-\($0.name)", $0.value) })
    }
}

extension TestBroker {
    /// Has a queue do all that a number could make it stumble over, and looks at it.
    func exercise(_ queue: String) {
        for (number, body) in ["a", "b", "c"].enumerated() {
            let properties = MessageProperties.id("\(number)", persistent: number > 0)
            self.publish(body, to: queue, properties: properties)
        }
        let worker = self.connect(77)
        self.send(.setPrefetch(count: 2, bytes: 0, isGlobal: false), worker)
        self.consume(queue, tag: "t", worker)
        self.reject(1, requeue: false, worker)
        self.reject(2, requeue: true, worker)
        self.advance(milliseconds: 1)
        self.look(at: queue)
        self.advance(milliseconds: 60_000)
        self.advance(milliseconds: 400 * 86_400_000)
        self.look(at: queue)
        self.broker.connectionClosed(worker, now: self.now)
        self.finish()
    }

    private func look(at queue: String) {
        _ = self.figures(queue)
        _ = self.detail(QueueName(queue))
        _ = self.broker.clients(now: self.now)
    }
}
