/// One connection of `/api/connections`.
struct ConnectionReply: Decodable, Sendable {
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
    var properties: [String: JSONValue]

    private enum CodingKeys: String, CodingKey {
        case name, user, vhost, state, channels
        case peerHost = "peer_host"
        case peerPort = "peer_port"
        case properties = "client_properties"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.name = try fields.decode(String.self, forKey: .name)
        self.peerHost = fields.lenient(.peerHost)
        self.peerPort = fields.lenient(.peerPort)
        self.user = fields.lenient(.user)
        self.virtualHost = fields.lenient(.vhost)
        self.state = fields.lenient(.state)
        self.channels = fields.lenient(.channels)
        self.properties = fields.lenient(.properties) ?? [:]
    }
}

/// One channel of `/api/channels`.
struct ChannelReply: Decodable, Sendable {
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

    private struct Connection: Decodable { var name: String? }

    private struct Statistics: Decodable {
        var publish: UInt64?
        var deliver_get: UInt64?
    }

    private enum CodingKeys: String, CodingKey {
        case number
        case connection = "connection_details"
        case consumers = "consumer_count"
        case unacked = "messages_unacknowledged"
        case statistics = "message_stats"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.number = fields.lenient(.number)
        self.connection = fields.lenient(.connection, as: Connection.self)?.name
        self.consumers = fields.lenient(.consumers)
        self.unacked = fields.lenient(.unacked)
        let statistics = fields.lenient(.statistics, as: Statistics.self)
        self.published = statistics?.publish
        self.delivered = statistics?.deliver_get
    }
}

/// One consumer of `/api/consumers`, or of a queue's details.
struct ConsumerReply: Decodable, Sendable {
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
    var arguments: [String: JSONValue]

    private struct Channel: Decodable {
        var number: Int?
        var connection_name: String?
        var peer_host: String?
        var peer_port: Int?
    }

    private struct Queue: Decodable { var name: String? }

    private enum CodingKeys: String, CodingKey {
        case tag = "consumer_tag"
        case queue
        case channel = "channel_details"
        case prefetch = "prefetch_count"
        case needsAck = "ack_required"
        case isExclusive = "exclusive"
        case isActive = "active"
        case arguments
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.tag = try fields.decode(String.self, forKey: .tag)
        self.queue = fields.lenient(.queue, as: Queue.self)?.name
        let channel = fields.lenient(.channel, as: Channel.self)
        self.channelNumber = channel?.number
        self.connection = channel?.connection_name
        self.peerHost = channel?.peer_host
        self.peerPort = channel?.peer_port
        self.prefetch = fields.lenient(.prefetch)
        self.needsAck = fields.lenient(.needsAck)
        self.isExclusive = fields.lenient(.isExclusive)
        self.isActive = fields.lenient(.isActive)
        self.arguments = fields.lenient(.arguments) ?? [:]
    }
}

/// One binding of `/api/bindings` or of a queue.
struct BindingReply: Decodable, Sendable {
    var source: String
    var destination: String
    var destinationType: String
    var routingKey: String
    var arguments: [String: JSONValue]

    private enum CodingKeys: String, CodingKey {
        case source, destination, arguments
        case destinationType = "destination_type"
        case routingKey = "routing_key"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.source = try fields.decode(String.self, forKey: .source)
        self.destination = try fields.decode(String.self, forKey: .destination)
        self.destinationType = fields.lenient(.destinationType) ?? "queue"
        self.routingKey = fields.lenient(.routingKey) ?? ""
        self.arguments = fields.lenient(.arguments) ?? [:]
    }
}

/// One exchange of `/api/exchanges`.
struct ExchangeReply: Decodable, Sendable {
    var name: String
    var type: String?
}
