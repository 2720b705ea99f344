import Messaging

/// One method that a client sent on a channel, decoded.
///
/// Publishes are not among them: they go to ``Broker/publish(_:in:from:on:now:)``.
/// A command with `isNoWait` asks for no reply; an error closes the channel all the same.
package enum Command: Hashable, Sendable {
    /// Makes the channel known. Answered by nothing: the connection's machine does.
    case openChannel
    /// Forgets the channel, because the client closes it: consumers go, unacked messages are
    /// requeued.
    case closeChannel
    /// The same without an answer, because it ended otherwise.
    case dropChannel
    case declareExchange(ExchangeDeclaration)
    case deleteExchange(ExchangeName, ifUnused: Bool, isNoWait: Bool)
    /// `queue.bind` or `exchange.bind`, by its destination.
    case bind(BindingRequest)
    /// `queue.unbind` or `exchange.unbind`, by its destination.
    case unbind(BindingRequest)
    case declareQueue(QueueDeclaration)
    case purgeQueue(QueueName, isNoWait: Bool)
    case deleteQueue(QueueName, ifUnused: Bool, ifEmpty: Bool, isNoWait: Bool)
    case setPrefetch(count: UInt16, bytes: UInt32, isGlobal: Bool)
    case consume(ConsumeRequest)
    case cancel(ConsumerTag, isNoWait: Bool)
    case get(QueueName, isAutoAck: Bool)
    case ack(DeliveryTag, isMultiple: Bool)
    case nack(DeliveryTag, isMultiple: Bool, isRequeue: Bool)
    case reject(DeliveryTag, isRequeue: Bool)
    /// `isAsync` is `basic.recover-async`, which is not answered.
    case recover(isRequeue: Bool, isAsync: Bool)
    case selectConfirms(isNoWait: Bool)
    case selectTransactions
    case commitTransaction
    case rollBackTransaction
    case setFlow(isActive: Bool)
}

/// The arguments of `exchange.declare`.
package struct ExchangeDeclaration: Hashable, Sendable {
    package var name: ExchangeName
    /// As the client wrote it; an unknown one is refused.
    package var type: String
    package var isPassive: Bool
    package var isDurable: Bool
    package var isAutoDelete: Bool
    package var isInternal: Bool
    package var isNoWait: Bool
    package var arguments: FieldTable

    package init(
        name: ExchangeName, type: String, isPassive: Bool = false, isDurable: Bool = false,
        isAutoDelete: Bool = false, isInternal: Bool = false, isNoWait: Bool = false,
        arguments: FieldTable = FieldTable()
    ) {
        self.name = name
        self.type = type
        self.isPassive = isPassive
        self.isDurable = isDurable
        self.isAutoDelete = isAutoDelete
        self.isInternal = isInternal
        self.isNoWait = isNoWait
        self.arguments = arguments
    }
}

/// The arguments of `queue.declare`.
package struct QueueDeclaration: Hashable, Sendable {
    /// Empty asks the broker for a name.
    package var name: QueueName
    package var isPassive: Bool
    package var isDurable: Bool
    package var isExclusive: Bool
    package var isAutoDelete: Bool
    package var isNoWait: Bool
    package var arguments: FieldTable

    package init(
        name: QueueName, isPassive: Bool = false, isDurable: Bool = false,
        isExclusive: Bool = false, isAutoDelete: Bool = false, isNoWait: Bool = false,
        arguments: FieldTable = FieldTable()
    ) {
        self.name = name
        self.isPassive = isPassive
        self.isDurable = isDurable
        self.isExclusive = isExclusive
        self.isAutoDelete = isAutoDelete
        self.isNoWait = isNoWait
        self.arguments = arguments
    }
}

/// The arguments of `queue.bind`, `queue.unbind`, `exchange.bind` and `exchange.unbind`.
package struct BindingRequest: Hashable, Sendable {
    /// What is bound.
    package enum Destination: Hashable, Sendable {
        /// Empty is the queue that the channel declared last.
        case queue(QueueName)
        case exchange(ExchangeName)
    }

    package var destination: Destination
    /// What it is bound to: where its messages come from.
    package var exchange: ExchangeName
    package var routingKey: String
    package var isNoWait: Bool
    package var arguments: FieldTable

    package init(
        _ destination: Destination, to exchange: ExchangeName, routingKey: String,
        isNoWait: Bool = false, arguments: FieldTable = FieldTable()
    ) {
        self.destination = destination
        self.exchange = exchange
        self.routingKey = routingKey
        self.isNoWait = isNoWait
        self.arguments = arguments
    }
}

/// The arguments of `basic.consume`.
package struct ConsumeRequest: Hashable, Sendable {
    /// Empty is the queue that the channel declared last.
    package var queue: QueueName
    /// Empty asks the broker for a tag.
    package var tag: ConsumerTag
    /// Whether deliveries settle at once (`no-ack`).
    package var isAutoAck: Bool
    package var isExclusive: Bool
    package var isNoWait: Bool
    package var arguments: FieldTable

    package init(
        queue: QueueName, tag: ConsumerTag = "", isAutoAck: Bool = false,
        isExclusive: Bool = false, isNoWait: Bool = false, arguments: FieldTable = FieldTable()
    ) {
        self.queue = queue
        self.tag = tag
        self.isAutoAck = isAutoAck
        self.isExclusive = isExclusive
        self.isNoWait = isNoWait
        self.arguments = arguments
    }
}
