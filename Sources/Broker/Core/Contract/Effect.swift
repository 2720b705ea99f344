import Messaging

/// What one connection is to be sent, in this order.
///
/// Deliveries, the frequent ones, are plain values; what is rare lies in a box, so that an
/// effect stays small. `deliver` and `got` name a record, whose bytes ``Broker/record(of:at:)``
/// gives until ``Broker/effectsPerformed()``.
package enum Effect: Hashable, Sendable {
    case deliver(Delivery)
    /// What follows for this connection has to wait until that commit is durable: it speaks of
    /// something that is declared in it. The broker gives the connection no deliveries meanwhile.
    case awaitCommit(CommitNumber)
    /// The answer to `basic.get` when there was a message.
    indirect case got(ChannelNumber, GotMessage)
    /// A publisher's confirm: `basic.ack` for that publish, or for all up to it.
    case confirm(ChannelNumber, DeliveryTag, isMultiple: Bool)
    /// `basic.nack` for that publish, which some queue refused.
    case reject(ChannelNumber, DeliveryTag)
    /// A reply that goes to a waiting consumer without a queue between.
    indirect case directReply(ChannelNumber, DirectReply)
    indirect case reply(ChannelNumber, Reply)
    /// A mandatory message that reached no queue; comes before its confirm.
    indirect case returned(ChannelNumber, ReturnedMessage)
    /// `basic.cancel` from the broker: the consumer's queue is gone. For clients that announced
    /// `consumer_cancel_notify`; the server leaves it out for others.
    indirect case consumerCancelled(ChannelNumber, ConsumerTag)
    /// Closes the channel. The broker has forgotten it already and ignores what still comes on
    /// it, until ``Command/openChannel``; the server need not send ``Command/closeChannel``.
    indirect case closeChannel(ChannelNumber, Refusal)
    /// The broker takes nothing more from a connection that publishes, and why; for clients that
    /// announced `connection.blocked`. The server stops reading from all of them.
    indirect case blocked(reason: String)
    /// It does again.
    case unblocked
    /// Closes the connection. The server answers with ``Broker/connectionClosed(_:now:)`` once
    /// it is gone; until then the broker ignores what still comes on it.
    indirect case closeConnection(ChannelNumber, Refusal)
}

/// A message on its way to a consumer.
package struct Delivery: Hashable, Sendable {
    package var queue: QueueID
    package var position: Position
    package var tag: DeliveryTag
    package var consumer: ConsumerID
    package var channel: ChannelNumber
    package var isRedelivered: Bool
    /// How often it was returned before, for the header that says so; 0 has none.
    package var returns: UInt32
}

/// A message that answers `basic.get`.
package struct GotMessage: Hashable, Sendable {
    package var queue: QueueID
    package var position: Position
    package var tag: DeliveryTag
    /// Ready messages that the queue still holds.
    package var messagesLeft: UInt32
    package var isRedelivered: Bool
    /// How often it was returned before, for the header that says so; nil has none. RabbitMQ's
    /// quorum queues say it of every message that is got, and only of returned ones that they
    /// deliver.
    package var returns: UInt32?
}

/// Why a method was refused.
package struct Refusal: Hashable, Sendable {
    package var code: ReplyCode
    /// The whole text, its name in front, such as `NOT_FOUND - no queue 'a' in vhost '/'`.
    package var text: String
    package var cause: CommandKind

    package init(code: ReplyCode, text: String, cause: CommandKind) {
        self.code = code
        self.text = text
        self.cause = cause
    }
}

/// A message that goes back to its publisher, with bytes of its own.
package struct ReturnedMessage: Hashable, Sendable {
    package var code: ReplyCode
    package var text: String
    package var exchange: [UInt8]
    package var routingKey: [UInt8]
    /// Property flags and list, as the publisher wrote them.
    package var properties: [UInt8]
    package var body: [UInt8]
}

/// The answer to a method, by what it says.
package enum Reply: Hashable, Sendable {
    case channelClosed
    case exchangeDeclared
    case exchangeDeleted
    case queueDeclared(QueueName, messages: UInt32, consumers: UInt32)
    case exchangeBound
    case exchangeUnbound
    case queueBound
    case queueUnbound
    case queuePurged(messages: UInt32)
    case queueDeleted(messages: UInt32)
    case prefetchSet
    case consuming(ConsumerTag)
    case cancelled(ConsumerTag)
    case gotNothing
    case recovered
    case confirmsSelected
    case transactionsSelected
    case transactionCommitted
    case transactionRolledBack
    case flowSet(isActive: Bool)
}

/// The effects of one batch on one connection.
package struct Outbox: Sendable {
    package internal(set) var connection: ConnectionID
    package internal(set) var effects: [Effect] = []
}
