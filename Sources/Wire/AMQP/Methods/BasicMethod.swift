import Messaging

/// The methods of class `basic` (AMQP 0-9-1, 1.3.5), with RabbitMQ's `basic.nack`.
///
/// Those that carry content (`publish`, `return`, `deliver`, `get-ok`) reach a driver as events of
/// their own, never as a method: see ``ConnectionEvent``.
package enum BasicMethod: Hashable, Sendable {
    case qos(prefetchBytes: UInt32, prefetchCount: UInt16, isGlobal: Bool)
    case qosOK
    case consume(Consume)
    case consumeOK(consumerTag: ConsumerTag)
    case cancel(consumerTag: ConsumerTag, noWait: Bool)
    case cancelOK(consumerTag: ConsumerTag)
    case publish(Publish)
    case returned(Return)
    case deliver(Deliver)
    case get(queue: QueueName, noAck: Bool)
    case getOK(GetOK)
    case getEmpty
    case ack(deliveryTag: DeliveryTag, multiple: Bool)
    case reject(deliveryTag: DeliveryTag, requeue: Bool)
    case recoverAsync(requeue: Bool)
    case recover(requeue: Bool)
    case recoverOK
    case nack(deliveryTag: DeliveryTag, multiple: Bool, requeue: Bool)

    /// A consumer that shall get deliveries; an empty tag asks the server for one.
    package struct Consume: Hashable, Sendable {
        package var queue: QueueName
        package var consumerTag: ConsumerTag
        package var noLocal = false
        package var noAck = false
        package var isExclusive = false
        package var noWait = false
        package var arguments = FieldTable()

        package init(queue: QueueName, consumerTag: ConsumerTag = "") {
            self.queue = queue
            self.consumerTag = consumerTag
        }
    }

    /// Where a message shall go; its content follows.
    package struct Publish: Hashable, Sendable {
        package var exchange: ExchangeName
        package var routingKey: String
        package var isMandatory = false
        package var isImmediate = false

        package init(exchange: ExchangeName, routingKey: String) {
            self.exchange = exchange
            self.routingKey = routingKey
        }
    }

    /// A mandatory message that no queue took; its content follows.
    package struct Return: Hashable, Sendable {
        package var code: UInt16
        package var text: String
        package var exchange: ExchangeName
        package var routingKey: String

        package init(
            code: UInt16, text: String, exchange: ExchangeName, routingKey: String
        ) {
            self.code = code
            self.text = text
            self.exchange = exchange
            self.routingKey = routingKey
        }
    }

    /// A message for a consumer; its content follows.
    package struct Deliver: Hashable, Sendable {
        package var consumerTag: ConsumerTag
        package var deliveryTag: DeliveryTag
        package var isRedelivered: Bool
        package var exchange: ExchangeName
        package var routingKey: String

        package init(
            consumerTag: ConsumerTag, deliveryTag: DeliveryTag, isRedelivered: Bool,
            exchange: ExchangeName, routingKey: String
        ) {
            self.consumerTag = consumerTag
            self.deliveryTag = deliveryTag
            self.isRedelivered = isRedelivered
            self.exchange = exchange
            self.routingKey = routingKey
        }
    }

    /// The message that `basic.get` asked for; its content follows.
    package struct GetOK: Hashable, Sendable {
        package var deliveryTag: DeliveryTag
        package var isRedelivered: Bool
        package var exchange: ExchangeName
        package var routingKey: String
        /// Messages that are left in the queue.
        package var messageCount: UInt32

        package init(
            deliveryTag: DeliveryTag, isRedelivered: Bool, exchange: ExchangeName,
            routingKey: String, messageCount: UInt32
        ) {
            self.deliveryTag = deliveryTag
            self.isRedelivered = isRedelivered
            self.exchange = exchange
            self.routingKey = routingKey
            self.messageCount = messageCount
        }
    }
}
