import BrokerLink
import Messaging
import Metering
import PlainJSON

/// What a queuetop tells of one queue beside what RabbitMQ does.
struct QueueFiguresReply: ManagementReply {
    var name: String
    var features: QueueFeatures?
    var ready: Int?
    var unacked: Int?
    var readyBytes: UInt64?
    var consumers: Int?
    var receivesDeadLetters: Bool?
    var dead: Int?
    var waiting: Int
    var oldestReadyMicroseconds: Int64?
    var oldestUnackedMicroseconds: Int64?
    var processing: DurationSummary?
    var totals: QueueTotals
    var flow: QueueFlow
    var stream: StreamSample?

    init(_ json: JSON) throws(ReplyError) {
        self.name = try json.name("name")
        self.features = json["features"]?.elements.map { QueueFeatures(words: $0) }
        self.ready = json.count("ready")
        self.unacked = json.count("unacked")
        self.readyBytes = json.total("ready_bytes")
        self.consumers = json.count("consumers")
        self.receivesDeadLetters = json.flag("receives_dead_letters")
        self.dead = json.count("dead")
        self.waiting = json.count("waiting") ?? 0
        self.oldestReadyMicroseconds = json["oldest_ready_microseconds"]?.integer
        self.oldestUnackedMicroseconds = json["oldest_unacked_microseconds"]?.integer
        self.processing = DurationSummary(microseconds: json.object("processing"))
        self.totals = QueueTotals(json.object("totals"))
        self.flow = QueueFlow(json.object("flow"))
        self.stream = json["stream"].flatMap { StreamSample($0) }
    }
}

/// The figures of all queues, and of the broker as a whole.
struct FiguresReply: ManagementReply {
    var broker: BrokerFiguresReply
    var queues: [QueueFiguresReply]

    init(_ json: JSON) throws(ReplyError) {
        guard let queues = json["queues"] else { throw .missing("queues") }
        self.queues = try [QueueFiguresReply](queues)
        self.broker = BrokerFiguresReply(json.object("broker"))
    }
}

/// What a queuetop tells of itself; nil where it does not, or not to this user.
struct BrokerFiguresReply: Sendable {
    var delayed: Int?
    var unroutable: UInt64?
    var messageMemoryBytes: UInt64?
    var blockedConnections: Int?
    var memoryAlarm: MemoryAlarm?
    var diskAlarm: DiskAlarm?
    var areFilesShort: Bool
    var damages: [String]

    init(_ json: JSON) {
        self.delayed = json.count("delayed")
        self.unroutable = json.total("unroutable")
        self.messageMemoryBytes = json.total("message_memory_bytes")
        self.blockedConnections = json.count("blocked_connections")
        let memory = json.object("memory_alarm")
        if let used = memory.total("used_bytes"), let limit = memory.total("limit_bytes") {
            self.memoryAlarm = MemoryAlarm(usedBytes: used, limitBytes: limit)
        }
        let disk = json.object("disk_alarm")
        if let reason = disk.text("reason") {
            self.diskAlarm = .failing(reason: reason)
        } else if let free = disk.total("free_bytes"), let limit = disk.total("limit_bytes") {
            self.diskAlarm = .low(freeBytes: free, limitBytes: limit)
        }
        self.areFilesShort = json.flag("files_short") ?? false
        self.damages = (json["damages"]?.elements ?? []).compactMap(\.text)
    }
}

extension BrokerSample {
    /// The same with what a queuetop tells of itself.
    mutating func add(_ broker: BrokerFiguresReply) {
        if let delayed = broker.delayed { self.delayed = delayed }
        if let unroutable = broker.unroutable { self.unroutableTotal = unroutable }
        if let bytes = broker.messageMemoryBytes { self.messageMemoryBytes = bytes }
        // Whoever may not watch the broker is told none of these.
        guard let blocked = broker.blockedConnections else { return }
        self.blockedConnections = blocked
        self.memoryAlarm = broker.memoryAlarm
        self.diskAlarm = broker.diskAlarm
        self.areFilesShort = broker.areFilesShort
        self.damages = broker.damages
    }
}

extension QueueSample {
    /// The same with what a queuetop tells beside it, all of it exact.
    func with(_ figures: QueueFiguresReply) -> QueueSample {
        var sample = self
        if let features = figures.features { sample.features = features }
        if let ready = figures.ready {
            sample.ready = ready
            sample.untold.remove(.ready)
        }
        if let unacked = figures.unacked {
            sample.unacked = unacked
            sample.untold.remove(.unacked)
        }
        if let bytes = figures.readyBytes {
            sample.readyBytes = bytes
            sample.untold.remove(.readyBytes)
        }
        if let consumers = figures.consumers {
            sample.consumers = consumers
            sample.untold.remove(.consumers)
        }
        if let receives = figures.receivesDeadLetters { sample.receivesDeadLetters = receives }
        if let dead = figures.dead { sample.dead = .exact(dead) }
        sample.waiting = figures.waiting
        sample.totals = figures.totals
        sample.oldestReadyMicroseconds = .exact(figures.oldestReadyMicroseconds)
        sample.oldestUnackedMicroseconds = .exact(figures.oldestUnackedMicroseconds)
        sample.processing = .exact(figures.processing)
        sample.processingMeanMicroseconds = .exact(nil)
        sample.flow = figures.flow
        if let stream = figures.stream { sample.stream = stream }
        sample.browseIntrusion = Intrusion.none
        return sample
    }
}

extension QueueTotals {
    fileprivate init(_ json: JSON) {
        self.init(
            published: json.total("published"), delivered: json.total("delivered"),
            acked: json.total("acked"), redelivered: json.total("redelivered"),
            deliveredWithoutAck: json.total("delivered_without_ack"),
            expired: json.total("expired"), rejected: json.total("rejected"),
            droppedByLength: json.total("dropped_by_length"), refused: json.total("refused"),
            returnedTooOften: json.total("returned_too_often"), retried: json.total("retried"),
            deadLettered: json.total("dead_lettered"), purged: json.total("purged"),
            deduplicated: json.total("deduplicated"))
    }
}

extension QueueFeatures {
    fileprivate init(words: [JSON]) {
        let named: [String: QueueFeatures] = [
            "durable": .durable, "exclusive": .exclusive, "auto_delete": .autoDelete,
            "priorities": .priorities, "single_active_consumer": .singleActiveConsumer,
            "message_ttl": .messageTTL, "expires": .expires, "limited": .limited,
            "dead_lettering": .deadLettering, "policy": .policy, "quorum": .quorum,
            "retries": .retries, "stream": .stream, "rate_limited": .rateLimited,
            "circuit_breaker": .circuitBreaker, "deduplicating": .deduplicating,
        ]
        self.init(words.compactMap { $0.text.flatMap { named[$0] } })
    }
}

extension StreamSample {
    /// Nil when it is no stream's.
    fileprivate init?(_ json: JSON) {
        guard let first = json.total("first_offset"), let next = json.total("next_offset"),
            let groups = json.count("groups")
        else { return nil }
        self.init(
            firstOffset: first, nextOffset: next,
            ageMaxMicroseconds: json["age_max_microseconds"]?.integer,
            bytesMax: json.total("bytes_max"), groups: groups, lagMax: json.total("lag_max"),
            lost: json.total("lost") ?? 0)
    }
}
