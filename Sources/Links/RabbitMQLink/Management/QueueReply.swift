import PlainJSON

/// One queue of `/api/queues`, as far as the console shows it; what is missing is nil.
package struct QueueReply: ManagementReply {
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
    var arguments: JSON
    var policy: String?
    var operatorPolicy: String?
    var effectivePolicy: JSON
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
    struct ConnectionName: Sendable {
        var name: String?
        var peerHost: String?
        var peerPort: Int?

        init(_ json: JSON) {
            self.name = json.text("name")
            self.peerHost = json.text("peer_host")
            self.peerPort = json.count("peer_port")
        }
    }

    package init(_ json: JSON) throws(ReplyError) {
        self.name = try json.name("name")
        self.type = json.text("type")
        self.isDurable = json.flag("durable") ?? true
        self.isAutoDelete = json.flag("auto_delete") ?? false
        self.isExclusive = json.flag("exclusive") ?? false
        self.arguments = json.object("arguments")
        self.policy = json.text("policy")
        self.operatorPolicy = json.text("operator_policy")
        self.effectivePolicy = json.object("effective_policy_definition")
        self.consumers = json.count("consumers")
        self.ready = json.count("messages_ready")
        self.unacked = json.count("messages_unacknowledged")
        self.readyBytes = json.total("message_bytes_ready")
        self.memoryBytes = json.total("message_bytes_ram")
        self.headTimestampSeconds = json["head_message_timestamp"]?.integer
        self.statistics = json["message_stats"].map { QueueStatistics($0) }
        self.consumerDetails = try? json["consumer_details"].map {
            (list) throws(ReplyError) in try [ConsumerReply](list)
        }
        self.hasExclusiveConsumer = json.text("exclusive_consumer_tag") != nil
        self.owner = json["owner_pid_details"].map { ConnectionName($0) }
    }

    /// What an argument or a policy says; an argument is the stronger one.
    func setting(_ key: String) -> JSON? {
        self.arguments["x-" + key] ?? self.effectivePolicy[key]
    }

    var isStream: Bool { self.kind == "stream" }
    var isQuorum: Bool { self.kind == "quorum" }

    /// `classic`, `quorum` or `stream`; LavinMQ does not tell, but has streams.
    var kind: String { self.type ?? self.arguments["x-queue-type"]?.text ?? "classic" }
}

/// What happened to a queue, and how often a second it does.
struct QueueStatistics: Sendable {
    var publish: UInt64
    var deliver: UInt64
    var deliverNoAck: UInt64
    var get: UInt64
    var getNoAck: UInt64
    var redeliver: UInt64
    var ack: UInt64
    /// LavinMQ counts them, RabbitMQ does not.
    var reject: UInt64?
    var ackPerSecond: Double?

    /// Of a queue that nothing has happened to.
    static let none = QueueStatistics(.object([]))

    init(_ json: JSON) {
        // A counter that is missing has never moved: brokers leave out what did not happen.
        self.publish = json.total("publish") ?? 0
        self.deliver = json.total("deliver") ?? 0
        self.deliverNoAck = json.total("deliver_no_ack") ?? 0
        self.get = json.total("get") ?? 0
        self.getNoAck = json.total("get_no_ack") ?? 0
        self.redeliver = json.total("redeliver") ?? 0
        self.ack = json.total("ack") ?? 0
        self.reject = json.total("reject")
        self.ackPerSecond = json.rate("ack_details")
    }
}

/// One page of a list; RabbitMQ and LavinMQ agree on these.
package struct PageReply<Item: ManagementReply>: ManagementReply {
    package var items: [Item]
    package var pageCount: Int?

    package init(_ json: JSON) throws(ReplyError) {
        // A broker without paging answers with the whole list at once.
        if json.elements != nil {
            (self.items, self.pageCount) = (try [Item](json), 1)
            return
        }
        guard let items = json["items"] else { throw .missing("items") }
        self.items = try [Item](items)
        self.pageCount = json.count("page_count")
    }
}
