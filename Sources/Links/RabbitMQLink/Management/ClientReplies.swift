import PlainJSON

/// One connection of `/api/connections`.
struct ConnectionReply: ManagementReply {
    static let columns = [
        "name", "peer_host", "peer_port", "user", "vhost", "state", "channels",
        "client_properties",
    ].joined(separator: ",")

    var name: String
    var peerHost: String?
    var peerPort: Int?
    var user: String?
    var virtualHost: String?
    var state: String?
    var channels: Int?
    var properties: JSON

    init(_ json: JSON) throws(ReplyError) {
        self.name = try json.name("name")
        self.peerHost = json.text("peer_host")
        self.peerPort = json.count("peer_port")
        self.user = json.text("user")
        self.virtualHost = json.text("vhost")
        self.state = json.text("state")
        self.channels = json.count("channels")
        self.properties = json.object("client_properties")
    }
}

/// One channel of `/api/channels`.
struct ChannelReply: ManagementReply {
    static let columns = [
        "number", "connection_details", "consumer_count", "messages_unacknowledged",
        "message_stats.publish", "message_stats.deliver_get",
    ].joined(separator: ",")

    var number: Int?
    var connection: String?
    var consumers: Int?
    var unacked: Int?
    var published: UInt64?
    var delivered: UInt64?

    init(_ json: JSON) throws(ReplyError) {
        self.number = json.count("number")
        self.connection = json["connection_details"]?.text("name")
        self.consumers = json.count("consumer_count")
        self.unacked = json.count("messages_unacknowledged")
        self.published = json["message_stats"]?.total("publish")
        self.delivered = json["message_stats"]?.total("deliver_get")
    }
}

/// One consumer of `/api/consumers`, or of a queue's details.
struct ConsumerReply: ManagementReply {
    var tag: String
    var queue: String?
    var channelNumber: Int?
    var connection: String?
    var peerHost: String?
    var peerPort: Int?
    var prefetch: Int?
    var needsAck: Bool?
    var isExclusive: Bool?
    var isActive: Bool?
    var arguments: JSON

    init(_ json: JSON) throws(ReplyError) {
        // A tag may be anything, nothing included.
        self.tag = try json.name("consumer_tag")
        self.queue = json["queue"]?.text("name")
        let channel = json.object("channel_details")
        self.channelNumber = channel.count("number")
        self.connection = channel.text("connection_name")
        self.peerHost = channel.text("peer_host")
        self.peerPort = channel.count("peer_port")
        self.prefetch = json.count("prefetch_count")
        self.needsAck = json.flag("ack_required")
        self.isExclusive = json.flag("exclusive")
        self.isActive = json.flag("active")
        self.arguments = json.object("arguments")
    }
}

/// One binding of `/api/bindings` or of a queue.
struct BindingReply: ManagementReply {
    var source: String
    var destination: String
    var destinationType: String
    var routingKey: String
    var arguments: JSON

    init(_ json: JSON) throws(ReplyError) {
        self.source = try json.name("source")
        self.destination = try json.name("destination")
        self.destinationType = json.text("destination_type") ?? "queue"
        self.routingKey = json.text("routing_key") ?? ""
        self.arguments = json.object("arguments")
    }
}

/// One exchange of `/api/exchanges`.
struct ExchangeReply: ManagementReply {
    var name: String
    var type: String?
    /// Whether it has an alternate exchange, or a policy that may give it one.
    var mayLeadOn: Bool

    init(_ json: JSON) throws(ReplyError) {
        self.name = try json.name("name")
        self.type = json.text("type")
        self.mayLeadOn =
            json.object("arguments")["alternate-exchange"] != nil || json.text("policy") != nil
    }
}
