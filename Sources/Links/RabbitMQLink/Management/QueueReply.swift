/// One queue of `/api/queues`, as far as the console shows it; what is missing is nil.
package struct QueueReply: Decodable, Sendable {
    /// What to ask for in a list; the rest costs the broker time and the network bytes.
    static let columns = [
        "name", "type", "durable", "auto_delete", "exclusive", "arguments", "policy",
        "operator_policy", "effective_policy_definition", "consumers", "messages_ready",
        "messages_unacknowledged", "message_bytes_ready", "message_bytes_ram",
        "head_message_timestamp", "message_stats", "state",
    ].joined(separator: ",")

    package var name: String
    var type: String?
    var isDurable: Bool
    var isAutoDelete: Bool
    var isExclusive: Bool
    var arguments: [String: JSONValue]
    var policy: String?
    var operatorPolicy: String?
    var effectivePolicy: [String: JSONValue]
    var consumers: Int?
    /// Nil until the broker has its first statistics of the queue.
    var ready: Int?
    var unacked: Int?
    var readyBytes: UInt64?
    var memoryBytes: UInt64?
    var headTimestampSeconds: Int64?
    var statistics: QueueStatistics?
    /// Only of a single queue, not in a list.
    var consumerDetails: [ConsumerReply]?
    var hasExclusiveConsumer: Bool
    var owner: ConnectionName?

    /// A connection that another object belongs to.
    struct ConnectionName: Decodable, Sendable {
        var name: String?
        var peer_host: String?
        var peer_port: Int?
    }

    private enum CodingKeys: String, CodingKey {
        case name, type, durable, exclusive, arguments, policy, consumers
        case autoDelete = "auto_delete"
        case operatorPolicy = "operator_policy"
        case effectivePolicy = "effective_policy_definition"
        case ready = "messages_ready"
        case unacked = "messages_unacknowledged"
        case readyBytes = "message_bytes_ready"
        case memoryBytes = "message_bytes_ram"
        case headTimestamp = "head_message_timestamp"
        case statistics = "message_stats"
        case consumerDetails = "consumer_details"
        case exclusiveConsumer = "exclusive_consumer_tag"
        case owner = "owner_pid_details"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.name = try fields.decode(String.self, forKey: .name)
        self.type = fields.lenient(.type)
        self.isDurable = fields.lenient(.durable) ?? true
        self.isAutoDelete = fields.lenient(.autoDelete) ?? false
        // LavinMQ and RabbitMQ 4 send a boolean, RabbitMQ's list of columns as well.
        self.isExclusive = fields.lenient(.exclusive) ?? false
        self.arguments = fields.lenient(.arguments) ?? [:]
        self.policy = fields.lenient(.policy, as: String.self).flatMap { $0.isEmpty ? nil : $0 }
        self.operatorPolicy = fields.lenient(.operatorPolicy, as: String.self)
            .flatMap { $0.isEmpty ? nil : $0 }
        self.effectivePolicy = fields.lenient(.effectivePolicy) ?? [:]
        self.consumers = fields.lenient(.consumers)
        self.ready = fields.lenient(.ready)
        self.unacked = fields.lenient(.unacked)
        self.readyBytes = fields.lenient(.readyBytes)
        self.memoryBytes = fields.lenient(.memoryBytes)
        self.headTimestampSeconds = fields.lenient(.headTimestamp)
        self.statistics = fields.lenient(.statistics)
        self.consumerDetails = fields.lenient(.consumerDetails)
        self.hasExclusiveConsumer =
            fields.lenient(.exclusiveConsumer, as: String.self).map { !$0.isEmpty } ?? false
        self.owner = fields.lenient(.owner)
    }

    /// What an argument or a policy says; an argument is the stronger one.
    func setting(_ key: String) -> JSONValue? {
        self.arguments["x-" + key] ?? self.effectivePolicy[key]
    }

    var isStream: Bool { self.kind == "stream" }
    var isQuorum: Bool { self.kind == "quorum" }

    /// `classic`, `quorum` or `stream`; LavinMQ does not tell, but has streams.
    var kind: String { self.type ?? self.arguments["x-queue-type"]?.text ?? "classic" }
}

/// What happened to a queue, and how often a second it does.
struct QueueStatistics: Decodable, Sendable {
    var publish: UInt64
    var deliver: UInt64
    var deliverNoAck: UInt64
    var get: UInt64
    var getNoAck: UInt64
    var redeliver: UInt64
    var ack: UInt64
    var ackPerSecond: Double?

    private struct Details: Decodable { var rate: Double? }

    private enum CodingKeys: String, CodingKey {
        case publish, deliver, get, redeliver, ack
        case deliverNoAck = "deliver_no_ack"
        case getNoAck = "get_no_ack"
        case ackDetails = "ack_details"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        // A counter that is missing has never moved: brokers leave out what did not happen.
        self.publish = fields.lenient(.publish) ?? 0
        self.deliver = fields.lenient(.deliver) ?? 0
        self.deliverNoAck = fields.lenient(.deliverNoAck) ?? 0
        self.get = fields.lenient(.get) ?? 0
        self.getNoAck = fields.lenient(.getNoAck) ?? 0
        self.redeliver = fields.lenient(.redeliver) ?? 0
        self.ack = fields.lenient(.ack) ?? 0
        self.ackPerSecond = fields.lenient(.ackDetails, as: Details.self)?.rate
    }
}

/// One page of a list; RabbitMQ and LavinMQ agree on these.
package struct PageReply<Item: Decodable & Sendable>: Decodable, Sendable {
    package var items: [Item]
    package var pageCount: Int?

    private enum CodingKeys: String, CodingKey {
        case items
        case pageCount = "page_count"
    }

    package init(from decoder: any Decoder) throws {
        // A broker without paging answers with the whole list at once.
        if let items = try? [Item](from: decoder) {
            (self.items, self.pageCount) = (items, 1)
            return
        }
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.items = try fields.decode([Item].self, forKey: .items)
        self.pageCount = fields.lenient(.pageCount)
    }
}
