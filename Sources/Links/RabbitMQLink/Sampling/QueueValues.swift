import BrokerLink
import Messaging

// What a management API says of queues, in the words that every link speaks.

extension QueueSample {
    /// - Parameters:
    ///   - reply: A queue of a list.
    ///   - counts: What the queue itself counts, where there are no statistics of it.
    ///   - receivesDeadLetters: Whether some queue's dead letters come here.
    ///   - deadLetters: Where its own come to, if it is a quorum queue.
    ///   - statisticsSeconds: How old the statistics may be.
    ///   - hasStatistics: Whether the broker keeps any.
    ///   - hasLimitAlways: Whether quorum queues of this broker have a delivery limit even when
    ///     nobody set one.
    ///   - product: The broker's name, for what it does not tell.
    package init(
        _ reply: QueueReply, counts: QueueCounts?, receivesDeadLetters: Bool,
        deadLetters: DeadLetterPlace = .none, now: Timestamp, statisticsSeconds: Double,
        hasStatistics: Bool, hasLimitAlways: Bool = false, product: String
    ) {
        let knownReady = reply.ready ?? counts?.ready
        let knownConsumers = reply.consumers ?? counts?.consumers
        let (ready, unacked) = (knownReady ?? 0, reply.unacked ?? 0)
        var untold: Untold = []
        if knownReady == nil { untold.insert(.ready) }
        if reply.unacked == nil { untold.insert(.unacked) }
        if reply.readyBytes == nil { untold.insert(.readyBytes) }
        if knownConsumers == nil { untold.insert(.consumers) }
        self.init(
            name: QueueName(reply.name), features: QueueFeatures(reply), ready: ready,
            unacked: unacked, readyBytes: reply.readyBytes ?? 0, consumers: knownConsumers ?? 0,
            untold: untold, receivesDeadLetters: receivesDeadLetters,
            dead: .unavailable(because: "\(product) does not count what died in a queue"),
            totals: QueueTotals(reply, hasStatistics: hasStatistics),
            oldestReadyMicroseconds: Self.oldest(
                reply, knownReady, now, statisticsSeconds, product),
            oldestUnackedMicroseconds: reply.unacked == 0
                ? .approximate(nil, ageSeconds: statisticsSeconds)
                : .unavailable(because: "\(product) does not tell the age of unacked messages"),
            processing: .unavailable(because: "\(product) does not measure processing times"),
            processingMeanMicroseconds: Self.meanProcessing(reply, unacked),
            browseIntrusion: LookRule(
                reply, deadLetters: deadLetters, hasLimitAlways: hasLimitAlways
            ).intrusion,
            stream: reply.isStream ? StreamSample(reply, product: product) : nil)
    }

    /// The age of the message at the head, if its publisher stamped it; whole seconds.
    private static func oldest(
        _ reply: QueueReply, _ ready: Int?, _ now: Timestamp, _ ageSeconds: Double,
        _ product: String
    ) -> Measured<Int64?> {
        guard ready != 0 else { return .approximate(nil, ageSeconds: ageSeconds) }
        guard let seconds = reply.headTimestampSeconds, seconds > 0, seconds < 1 << 40 else {
            return .unavailable(
                because: "\(product) knows the age of a message only by the timestamp that its "
                    + "publisher sets, and the oldest one has none")
        }
        let age = now.microseconds(since: Timestamp(seconds: seconds))
        return .approximate(max(0, age), ageSeconds: ageSeconds)
    }

    /// Little's law: what is under way is what comes out each second, times how long it takes.
    ///
    /// Source: J. D. C. Little, A Proof for the Queuing Formula L = λW, 1961.
    private static func meanProcessing(_ reply: QueueReply, _ unacked: Int) -> Measured<Int64?> {
        guard reply.unacked != nil else {
            return .unavailable(because: "the broker does not tell how many are unacked")
        }
        guard let perSecond = reply.statistics?.ackPerSecond, perSecond > 0 else {
            return .unavailable(because: "nothing was acked lately")
        }
        guard unacked > 0 else {
            return .unavailable(because: "nothing was unacked at that moment")
        }
        let microseconds = Double(unacked) / perSecond * 1_000_000
        return .derived(
            Int64(min(microseconds, 9e15)), from: "unacked messages and acks a second")
    }
}

extension QueueTotals {
    /// What RabbitMQ counts; how often messages expired, were rejected or dropped it does not.
    ///
    /// A queue that nothing has happened to has no counters, and one that was just declared has
    /// not even a depth: of that one nothing is known yet.
    fileprivate init(_ reply: QueueReply, hasStatistics: Bool) {
        self = .unknown
        guard hasStatistics, reply.statistics != nil || reply.ready != nil else { return }
        let statistics = reply.statistics ?? .none
        let withoutAck = statistics.deliverNoAck &+ statistics.getNoAck
        self.published = statistics.publish
        self.delivered = statistics.deliver &+ statistics.get &+ withoutAck
        self.acked = statistics.ack
        self.redelivered = statistics.redeliver
        self.deliveredWithoutAck = withoutAck
        self.rejected = statistics.reject
    }
}

extension QueueFeatures {
    fileprivate init(_ reply: QueueReply) {
        var features: QueueFeatures = []
        func add(_ feature: QueueFeatures, if isThere: Bool) {
            if isThere { features.insert(feature) }
        }
        func has(_ keys: String...) -> Bool { keys.contains { reply.setting($0) != nil } }
        add(.durable, if: reply.isDurable)
        add(.exclusive, if: reply.isExclusive)
        add(.autoDelete, if: reply.isAutoDelete)
        add(.priorities, if: has("max-priority"))
        add(.singleActiveConsumer, if: reply.isSingleActive)
        add(.messageTTL, if: has("message-ttl"))
        add(.expires, if: has("expires"))
        add(.limited, if: has("max-length", "max-length-bytes"))
        add(.deadLettering, if: has("dead-letter-exchange"))
        add(.policy, if: reply.policy != nil || reply.operatorPolicy != nil)
        add(.quorum, if: reply.isQuorum)
        add(.stream, if: reply.isStream)
        self = features
    }
}

extension QueueReply {
    var isSingleActive: Bool {
        self.arguments["x-single-active-consumer"] == .bool(true)
    }

    /// How often a message may be returned; nil when nothing limits it.
    var deliveryLimit: Int? {
        self.setting("delivery-limit")?.integer.map { Int(clamping: $0) }
    }
}

extension StreamSample {
    /// RabbitMQ does not tell offsets, and knows no consumer groups by that name.
    fileprivate init(_ reply: QueueReply, product: String) {
        self.init(
            ageMaxMicroseconds: reply.setting("max-age")?.text.flatMap(Self.microseconds),
            bytesMax: reply.setting("max-length-bytes")?.integer.map { UInt64(clamping: $0) },
            groupsUnknownBecause: Self.noGroups(product))
    }

    static func noGroups(_ product: String) -> String {
        "\(product) does not tell how far readers of a stream are"
    }

    /// `x-max-age`: a number and one of Y, M, D, h, m, s.
    private static func microseconds(_ text: String) -> Int64? {
        guard let unit = text.last, let number = Int64(text.dropLast()) else { return nil }
        let seconds: [Character: Int64] = [
            "Y": 31_536_000, "M": 2_592_000, "D": 86_400, "h": 3_600, "m": 60, "s": 1,
        ]
        return seconds[unit].map { number.multipliedReportingOverflow(by: $0 * 1_000_000) }
            .flatMap { $0.overflow ? nil : $0.partialValue }
    }
}

/// What a queue itself counts when it is asked by AMQP.
package struct QueueCounts: Equatable, Sendable {
    package var ready: Int
    package var consumers: Int

    package init(ready: Int, consumers: Int) {
        self.ready = ready
        self.consumers = consumers
    }
}
