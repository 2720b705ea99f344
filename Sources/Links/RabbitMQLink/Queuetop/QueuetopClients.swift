import BrokerLink
import Messaging
import PlainJSON

/// What a queuetop tells of the connections and consumers of a virtual host.
struct OwnClientsReply: ManagementReply {
    var connections: [OwnConnectionReply]
    var consumers: [OwnConsumerReply]

    init(_ json: JSON) throws(ReplyError) {
        guard let connections = json["connections"], let consumers = json["consumers"] else {
            throw .missing("consumers")
        }
        self.connections = try [OwnConnectionReply](connections)
        self.consumers = try [OwnConsumerReply](consumers)
    }
}

/// One connection, beside what RabbitMQ tells of it.
struct OwnConnectionReply: ManagementReply {
    var name: String
    var isSlowReader: Bool
    var unacked: Int?
    var oldestUnackedMicroseconds: Int64?
    var published: UInt64?
    var delivered: UInt64?
    var exclusiveQueues: [QueueName]

    init(_ json: JSON) throws(ReplyError) {
        self.name = try json.name("name")
        self.isSlowReader = json.text("state") == "slow_reader"
        self.unacked = json.count("unacked")
        self.oldestUnackedMicroseconds = json["oldest_unacked_microseconds"]?.integer
        self.published = json.total("published")
        self.delivered = json.total("delivered")
        self.exclusiveQueues = (json["exclusive_queues"]?.elements ?? []).compactMap {
            $0.text.map { QueueName($0) }
        }
    }
}

extension ClientConnection {
    /// Takes over what a queuetop tells beside RabbitMQ's words.
    mutating func add(_ own: OwnConnectionReply) {
        if own.isSlowReader { self.state = .slowReader }
        if let unacked = own.unacked { self.unacked = unacked }
        self.oldestUnackedMicroseconds = own.oldestUnackedMicroseconds
        if let published = own.published { self.published = .exact(published) }
        if let delivered = own.delivered { self.delivered = .exact(delivered) }
        self.exclusiveQueues = own.exclusiveQueues
    }
}

/// One consumer, with what it holds.
struct OwnConsumerReply: ManagementReply {
    var connection: String
    var channel: ChannelNumber
    var tag: ConsumerTag
    private var json: JSON

    init(_ json: JSON) throws(ReplyError) {
        self.connection = try json.name("connection")
        self.tag = ConsumerTag(try json.name("tag"))
        self.channel = ChannelNumber(UInt16(clamping: json.count("channel") ?? 0))
        self.json = json
    }

    /// The same in the words of every link.
    ///
    /// - Parameter id: Its connection's number.
    func consumer(of id: ConnectionID) -> ClientConsumer {
        let json = self.json
        return ClientConsumer(
            id: ClientConsumer.ID(connection: id, channel: self.channel, tag: self.tag),
            queue: QueueName(json["queue"]?.text ?? ""), origin: json.text("origin") ?? "",
            prefetch: json.count("prefetch"),
            priority: Int(clamping: json["priority"]?.integer ?? 0),
            unacked: json.count("unacked"),
            oldestUnackedMicroseconds: json["oldest_unacked_microseconds"]?.integer,
            needsAck: json.flag("needs_ack") ?? true, isExclusive: json.flag("exclusive") ?? false,
            isActive: json.flag("active") ?? true, isToldOfCancels: json.flag("told_of_cancels"),
            reader: json["reader"].flatMap { StreamReader($0) })
    }
}

extension StreamReader {
    fileprivate init?(_ json: JSON) {
        guard let next = json.total("next_offset"), let lag = json.total("lag") else { return nil }
        self.init(
            group: json["group"]?.text, nextOffset: next, lag: lag, lost: json.total("lost") ?? 0)
    }
}

/// How many messages a consumer held that was ended.
struct CancelReply: ManagementReply {
    var unacked: Int

    init(_ json: JSON) throws(ReplyError) {
        guard let unacked = json.count("unacked") else { throw .missing("unacked") }
        self.unacked = unacked
    }
}
