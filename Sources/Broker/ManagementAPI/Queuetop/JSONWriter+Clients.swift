import Core
import Messaging

/// What RabbitMQ does not tell of connections and consumers.
extension JSONWriter {
    mutating func client(_ connection: ConnectionFigures, _ identity: BrokerFace) {
        self.field("name", identity.connectionName(connection.origin))
        self.field("state", connection.word)
        self.field("channels", connection.channels)
        self.field("consumers", connection.consumers)
        self.field("unacked", connection.unacked)
        if let age = connection.oldestUnackedMicroseconds {
            self.field("oldest_unacked_microseconds", age)
        }
        self.field("published", connection.published)
        self.field("delivered", connection.delivered)
        self.field("exclusive_queues", connection.exclusiveQueues.map(\.text))
    }

    mutating func holder(_ consumer: ConsumerFigures, _ identity: BrokerFace) {
        self.field("connection", identity.connectionName(consumer.origin))
        self.field("origin", consumer.origin)
        self.field("channel", Int(consumer.channel.number))
        self.field("tag", consumer.tag.text)
        self.field("queue", consumer.queue.text)
        self.field("prefetch", consumer.prefetch)
        self.field("priority", consumer.priority)
        self.field("unacked", consumer.unacked)
        if let age = consumer.oldestUnackedMicroseconds {
            self.field("oldest_unacked_microseconds", age)
        }
        self.field("needs_ack", !consumer.isAutoAck)
        self.field("exclusive", consumer.isExclusive)
        self.field("active", consumer.isActive)
        if let isTold = consumer.isToldOfCancels { self.field("told_of_cancels", isTold) }
        guard let reader = consumer.reader else { return }
        self.key("reader")
        self.object { json in
            if let group = reader.group { json.field("group", group) }
            json.field("next_offset", reader.nextOffset)
            json.field("lag", reader.lag)
            json.field("lost", reader.lost)
        }
    }
}

extension ConnectionFigures {
    /// What it can do now; where several are true, the last one of these.
    fileprivate var word: String {
        if self.isClosing { return "closing" }
        if self.isBlocked { return "blocked" }
        return self.isWritable ? "running" : "slow_reader"
    }
}
