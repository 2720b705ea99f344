import BrokerLink
import Messaging
import Metering
import PlainJSON

/// All that a queuetop tells of one queue beside what RabbitMQ does.
struct OwnDetailReply: ManagementReply {
    var durability: QueueDetail.Durability?
    var deliveryLimit: Int?
    var retries: QueueDetail.Retries?
    var nextRetryMicroseconds: Int64?
    var readyByLevel: [QueueDetail.Level]
    var consumers: [OwnConsumerReply]
    var groups: [StreamGroup]
    var processingTotal: DurationSummary?
    var deliverToAck: DurationSummary?
    var timeInQueue: DurationSummary?

    init(_ json: JSON) throws(ReplyError) {
        guard let consumers = json["consumer_list"] else { throw .missing("consumer_list") }
        self.consumers = try [OwnConsumerReply](consumers)
        self.durability = json.text("durability").flatMap { .init(rawValue: $0) }
        self.deliveryLimit = json.count("delivery_limit")
        self.retries = json["retries"].flatMap { QueueDetail.Retries($0) }
        self.nextRetryMicroseconds = json["next_retry_microseconds"]?.integer
        self.readyByLevel = (json["ready_by_priority"]?.elements ?? []).compactMap { level in
            guard let priority = level.count("priority"), let ready = level.count("ready") else {
                return nil
            }
            return .init(priority: priority, ready: ready)
        }
        self.groups = (json["groups"]?.elements ?? []).compactMap { StreamGroup($0) }
        self.processingTotal = DurationSummary(microseconds: json.object("processing_total"))
        self.deliverToAck = DurationSummary(microseconds: json.object("deliver_to_ack"))
        self.timeInQueue = DurationSummary(microseconds: json.object("time_in_queue"))
    }
}

extension QueueDetail {
    /// Takes over what a queuetop tells beside RabbitMQ's words.
    mutating func add(_ own: OwnDetailReply, consumers: [ClientConsumer]) {
        self.durability = own.durability
        self.deliveryLimit = own.deliveryLimit
        self.retries = own.retries
        self.nextRetryMicroseconds = own.nextRetryMicroseconds
        self.readyByLevel = own.readyByLevel
        self.consumers = consumers
        self.groups = .exact(own.groups)
        self.processingTotal = own.processingTotal
        self.deliverToAck = own.deliverToAck
        self.timeInQueue = own.timeInQueue
    }
}

extension QueueDetail.Retries {
    fileprivate init?(_ json: JSON) {
        guard let count = json.count("count") else { return nil }
        self.init(
            count: count,
            waitsMicroseconds: (json["waits_microseconds"]?.elements ?? []).compactMap(\.integer),
            jitter: json.amount("jitter") ?? 0)
    }
}

extension StreamGroup {
    fileprivate init?(_ json: JSON) {
        guard let name = json["name"]?.text, let next = json.total("next_offset"),
            let lag = json.total("lag")
        else { return nil }
        self.init(
            name: name, nextOffset: next, lag: lag,
            lagMicroseconds: json["lag_microseconds"]?.integer, lost: json.total("lost") ?? 0,
            consumers: json.count("consumers") ?? 0)
    }
}
