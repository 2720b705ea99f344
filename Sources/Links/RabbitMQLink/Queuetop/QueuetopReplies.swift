import BrokerLink
import Messaging
import Metering
import PlainJSON

/// A page of `/api/queuetop/queues/…/messages`.
struct QueuetopPage: ManagementReply {
    var messages: [BrowsedMessage]
    var hasMore: Bool

    init(_ json: JSON) throws(ReplyError) {
        guard let elements = json["messages"]?.elements else { throw .missing("messages") }
        self.messages = []
        for element in elements { self.messages.append(try BrowsedMessage(element)) }
        self.hasMore = json.text("next") != nil
    }
}

extension BrowsedMessage {
    fileprivate init(_ json: JSON) throws(ReplyError) {
        guard let offset = json.text("position").flatMap({ UInt64($0) }) else {
            throw .missing("position")
        }
        guard let encoded = json["amqp_properties"]?.text.flatMap({ Base64.bytes(of: $0) }),
            let properties = try? MessageProperties(decoding: encoded)
        else { throw .missing("amqp_properties") }
        guard let body = json["payload"]?.text.flatMap({ Base64.bytes(of: $0) }) else {
            throw .missing("payload")
        }
        let message = Message(
            exchange: ExchangeName(json.text("exchange") ?? ""),
            routingKey: json.text("routing_key") ?? "", properties: properties, body: body)
        self.init(
            id: MessageID(Position(offset)), message: message,
            bodyBytes: json.count("payload_bytes") ?? body.count,
            enqueuedAt: json.seconds("enqueued_at").map { Timestamp(microseconds: $0) },
            isRedelivered: json.flag("redelivered") ?? false,
            isUnacked: json.flag("unacknowledged") ?? false,
            deaths: DeathRecord.records(in: properties.headers),
            streamOffset: json.text("stream_offset").flatMap { UInt64($0) })
    }
}

/// What one step of a redrive on a queuetop did.
struct RedriveStepReply: ManagementReply {
    var moved: Int
    var unroutable: Int
    var missing: Int
    /// Messages that came into the source since the first step; 0 where it does not tell.
    var returned: Int
    var movedTo: [QueueName: Int]
    /// What the first step froze.
    var end: String?
    /// Where to go on; nil at the end.
    var next: String?

    init(_ json: JSON) throws(ReplyError) {
        guard let moved = json.count("moved") else { throw .missing("moved") }
        self.moved = moved
        self.unroutable = json.count("unroutable") ?? 0
        self.missing = json.count("missing") ?? 0
        self.returned = json.count("returned") ?? 0
        self.movedTo = [:]
        for member in json.object("moved_to").members ?? [] {
            self.movedTo[QueueName(member.name)] = member.value.integer.map { Int(clamping: $0) }
        }
        self.end = json["end"]?.text
        self.next = json["next"]?.text
    }
}

struct DeletionReply: ManagementReply {
    var deleted: Int

    init(_ json: JSON) throws(ReplyError) {
        guard let deleted = json.count("deleted") else { throw .missing("deleted") }
        self.deleted = deleted
    }
}

extension DurationSummary {
    /// Nil where nothing was measured.
    init?(microseconds json: JSON) {
        guard let count = json.total("count"), let p50 = json["p50_microseconds"]?.integer,
            let p99 = json["p99_microseconds"]?.integer,
            let p999 = json["p999_microseconds"]?.integer,
            let max = json["max_microseconds"]?.integer
        else { return nil }
        self.init(count: count, p50: p50, p99: p99, p999: p999, max: max)
    }
}

extension JSON {
    /// A time in seconds, as microseconds.
    fileprivate func seconds(_ name: String) -> Int64? {
        let seconds: Double? =
            switch self[name] {
            case .integer(let value): Double(value)
            case .number(let value): value
            default: nil
            }
        return seconds.flatMap { Int64(exactly: ($0 * 1_000_000).rounded()) }
    }
}
