import Messaging
import Metering

/// What is connected to a queue, and how the queue is set up.
package struct QueueDetail: Equatable, Sendable {
    /// One consumer of the queue, and what it holds.
    package struct Consumer: Equatable, Sendable {
        package var tag: ConsumerTag
        /// Where its connection comes from, such as `127.0.0.1:51234`.
        package var connection: String
        package var channel: ChannelNumber
        /// Unacked deliveries it may hold; 0 is without limit.
        package var prefetch: Int
        package var unacked: Int
        package var needsAck: Bool
        /// Age of its oldest unacked delivery since it was delivered, in microseconds.
        package var oldestUnackedMicroseconds: Int64?

        package init(
            tag: ConsumerTag, connection: String, channel: ChannelNumber, prefetch: Int,
            unacked: Int, needsAck: Bool, oldestUnackedMicroseconds: Int64?
        ) {
            self.tag = tag
            self.connection = connection
            self.channel = channel
            self.prefetch = prefetch
            self.unacked = unacked
            self.needsAck = needsAck
            self.oldestUnackedMicroseconds = oldestUnackedMicroseconds
        }
    }

    /// One way by which messages come into the queue.
    package struct Binding: Equatable, Sendable {
        package var exchange: ExchangeName
        /// `direct`, `fanout`, `topic` …
        package var exchangeType: String
        package var routingKey: String
        package var arguments: FieldTable

        package init(
            exchange: ExchangeName, exchangeType: String, routingKey: String,
            arguments: FieldTable
        ) {
            self.exchange = exchange
            self.exchangeType = exchangeType
            self.routingKey = routingKey
            self.arguments = arguments
        }
    }

    package var name: QueueName
    package var isDurable: Bool
    package var isExclusive: Bool
    package var isAutoDelete: Bool
    package var arguments: FieldTable
    package var consumers: [Consumer]
    package var bindings: [Binding]
    /// Since the queue was declared or the broker started.
    package var processingTotal: DurationSummary?
    package var deliverToAck: DurationSummary?
    package var timeInQueue: DurationSummary?

    package init(
        name: QueueName, isDurable: Bool = true, isExclusive: Bool = false,
        isAutoDelete: Bool = false, arguments: FieldTable = FieldTable(),
        consumers: [Consumer] = [], bindings: [Binding] = [],
        processingTotal: DurationSummary? = nil, deliverToAck: DurationSummary? = nil,
        timeInQueue: DurationSummary? = nil
    ) {
        self.name = name
        self.isDurable = isDurable
        self.isExclusive = isExclusive
        self.isAutoDelete = isAutoDelete
        self.arguments = arguments
        self.consumers = consumers
        self.bindings = bindings
        self.processingTotal = processingTotal
        self.deliverToAck = deliverToAck
        self.timeInQueue = timeInQueue
    }
}
