import Messaging
import Metering

/// What is connected to a queue, and how the queue is set up.
package struct QueueDetail: Equatable, Sendable {
    /// Ready messages of one priority.
    package struct Level: Equatable, Sendable {
        package var priority: Int
        package var ready: Int

        package init(priority: Int, ready: Int) {
            self.priority = priority
            self.ready = ready
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

    /// How often and when rejected messages come back before they are dead-lettered.
    package struct Retries: Equatable, Sendable {
        package var count: Int
        /// The waits before the first of them.
        package var waitsMicroseconds: [Int64]
        /// The share of a wait that chance may take away, from 0 to 1.
        package var jitter: Double

        package init(count: Int, waitsMicroseconds: [Int64], jitter: Double) {
            self.count = count
            self.waitsMicroseconds = waitsMicroseconds
            self.jitter = jitter
        }
    }

    /// What a persistent message survives once its publisher has the confirm.
    package enum Durability: String, Hashable, Sendable, CaseIterable {
        /// The end of the process, and of the machine.
        case sync
        /// The end of the process; that of the machine but for the last moment.
        case written
        /// Neither.
        case memory
    }

    package var name: QueueName
    /// `classic`, `quorum` or `stream`.
    package var type: String
    package var isDurable: Bool
    package var isExclusive: Bool
    /// Where the connection comes from that alone may use it, when it is exclusive.
    package var owner: String?
    package var isAutoDelete: Bool
    package var arguments: FieldTable
    /// The policies that apply to it, by name.
    package var policy: String?
    package var operatorPolicy: String?
    /// What both policies together define, such as `max-length`.
    package var effectivePolicy: FieldTable
    /// How often a message may be returned, whoever says so; nil when nothing limits it, or when
    /// the broker does not say.
    package var deliveryLimit: Int?
    package var retries: Retries?
    /// How long it is until the next message that waits for a retry comes back.
    package var nextRetryMicroseconds: Int64?
    /// Highest priority first; empty for a queue without priorities.
    package var readyByLevel: [Level]
    package var consumers: [ClientConsumer]
    package var bindings: [Binding]
    /// The consumer groups of a stream, by name.
    package var groups: Measured<[StreamGroup]>
    /// What a confirm of it promises; nil when the broker does not tell.
    package var durability: Durability?
    /// Since the queue was declared or the broker started.
    package var processingTotal: DurationSummary?
    package var deliverToAck: DurationSummary?
    package var timeInQueue: DurationSummary?

    package init(
        name: QueueName, type: String = "classic", isDurable: Bool = true,
        isExclusive: Bool = false, owner: String? = nil, isAutoDelete: Bool = false,
        arguments: FieldTable = FieldTable(), policy: String? = nil,
        operatorPolicy: String? = nil, effectivePolicy: FieldTable = FieldTable(),
        deliveryLimit: Int? = nil, retries: Retries? = nil, nextRetryMicroseconds: Int64? = nil,
        readyByLevel: [Level] = [], consumers: [ClientConsumer] = [], bindings: [Binding] = [],
        groups: [StreamGroup] = [], durability: Durability? = nil,
        processingTotal: DurationSummary? = nil,
        deliverToAck: DurationSummary? = nil,
        timeInQueue: DurationSummary? = nil
    ) {
        self.name = name
        self.type = type
        self.isDurable = isDurable
        self.isExclusive = isExclusive
        self.owner = owner
        self.isAutoDelete = isAutoDelete
        self.arguments = arguments
        self.policy = policy
        self.operatorPolicy = operatorPolicy
        self.effectivePolicy = effectivePolicy
        self.deliveryLimit = deliveryLimit
        self.retries = retries
        self.nextRetryMicroseconds = nextRetryMicroseconds
        self.readyByLevel = readyByLevel
        self.consumers = consumers
        self.bindings = bindings
        self.groups = .exact(groups)
        self.durability = durability
        self.processingTotal = processingTotal
        self.deliverToAck = deliverToAck
        self.timeInQueue = timeInQueue
    }
}
