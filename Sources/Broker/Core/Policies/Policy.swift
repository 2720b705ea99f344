import Messaging

/// A rule that gives queues and exchanges arguments by their names, without declaring them anew.
///
/// Source: RabbitMQ 3.10's policies. Of those whose pattern matches, the one with the highest
/// priority holds alone; policies are never merged with one another.
package struct Policy: Hashable, Sendable {
    /// What it is for.
    package enum Target: String, Hashable, Sendable, Decodable {
        case queues, exchanges, all
    }

    package var name: String
    /// A regular expression that is searched for anywhere in a name.
    package var pattern: String
    package var target: Target
    package var priority: Int64
    /// Arguments without the `x-` that they have in a declaration, such as `max-length`.
    package var definition: FieldTable

    package init(
        name: String, pattern: String, target: Target = .all, priority: Int64 = 0,
        definition: FieldTable
    ) {
        self.name = name
        self.pattern = pattern
        self.target = target
        self.priority = priority
        self.definition = definition
    }
}

/// A policy with its pattern understood.
struct PolicyRule {
    let policy: Policy
    private let pattern: NamePattern

    /// - Parameter isNew: False for one that an earlier process accepted.
    /// - Throws: What is wrong with it, as the end of a sentence.
    init(_ policy: Policy, isOperator: Bool, isNew: Bool = true) throws(PolicyError) {
        self.policy = policy
        guard let pattern = try? NamePattern(policy.pattern) else {
            throw PolicyError("its pattern '\(policy.pattern)' is no regular expression")
        }
        self.pattern = pattern
        guard !policy.definition.isEmpty else { throw PolicyError("it defines nothing") }
        for field in policy.definition.fields {
            guard let argument = PolicyArgument(rawValue: field.name) else {
                throw PolicyError("'\(field.name)' is not recognised")
            }
            if isOperator, !argument.isForOperators {
                throw PolicyError("'\(field.name)' is not for operator policies")
            }
            try argument.check(field.value)
        }
        if isNew { try RetryPolicy.checkWaits(of: policy) }
    }

    func matches(queue: QueueName) -> Bool {
        self.policy.target != .exchanges && self.pattern.matches(queue.text)
    }

    func matches(exchange: ExchangeName) -> Bool {
        self.policy.target != .queues && self.pattern.matches(exchange.text)
    }
}

/// What is wrong with a policy, as the end of a sentence.
struct PolicyError: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// What a policy can define.
enum PolicyArgument: String {
    case alternateExchange = "alternate-exchange"
    case deadLetterExchange = "dead-letter-exchange"
    case deadLetterKey = "dead-letter-routing-key"
    case messageTTL = "message-ttl"
    case expires
    case lengthMax = "max-length"
    case bytesMax = "max-length-bytes"
    case overflow
    case ageMax = "max-age"
    case segmentBytesMax = "stream-max-segment-size-bytes"
    case consumerTimeout = "consumer-timeout"
    /// See ``QueueDurability``.
    case durability
    /// Of quorum queues; the others pass it over.
    case deliveryLimit = "delivery-limit"
    case retryMax = "retry-max"
    case retryBase = "retry-base"
    case retryFactor = "retry-factor"
    case retryMaxDelay = "retry-max-delay"
    case retryJitter = "retry-jitter"
    /// Accepted from quorum queues' users: here it holds without being asked for.
    case deadLetterStrategy = "dead-letter-strategy"
    /// Accepted too: how much of a queue is in memory is one concern of the whole broker.
    case memoryLengthMax = "max-in-memory-length"
    case memoryBytesMax = "max-in-memory-bytes"
    /// Accepted too: a single node leads everything.
    case leaderLocator = "queue-leader-locator"
    /// Accepted for what RabbitMQ's users have; every queue of ours is as lazy as it can be.
    case queueMode = "queue-mode"
    case queueVersion = "queue-version"
    // The flow of a queue's messages; see ``FlowArguments``.
    case deliveryRate = "delivery-rate"
    case deliveryBurst = "delivery-burst"
    case breakerThreshold = "breaker-threshold"
    case breakerWindow = "breaker-window"
    case breakerOutcomesMin = "breaker-min"
    case breakerCooldown = "breaker-cooldown"
    case breakerProbes = "breaker-probes"
    case deduplicationWindow = "deduplication-window"
    case deduplicationHeader = "deduplication-header"
    case deduplicationMax = "deduplication-max"

    /// Whether operators may limit it, and the lower of two values holds.
    var isForOperators: Bool {
        switch self {
        case .messageTTL, .expires, .lengthMax, .bytesMax, .deliveryLimit, .memoryLengthMax,
            .memoryBytesMax:
            true
        case .alternateExchange, .deadLetterExchange, .deadLetterKey, .overflow, .ageMax,
            .segmentBytesMax, .consumerTimeout, .durability, .queueMode, .queueVersion,
            .retryMax, .retryBase,
            .retryFactor,
            .retryMaxDelay, .retryJitter, .deadLetterStrategy, .leaderLocator:
            false
        case .deliveryRate, .deliveryBurst, .breakerThreshold, .breakerWindow,
            .breakerOutcomesMin, .breakerCooldown, .breakerProbes, .deduplicationWindow,
            .deduplicationHeader, .deduplicationMax:
            false
        }
    }

    func check(_ value: FieldValue) throws(PolicyError) {
        let isRight: Bool
        switch self {
        case .alternateExchange, .deadLetterExchange, .deadLetterKey, .queueMode:
            isRight = value.text.map { $0.utf8.count <= Limits.nameBytesMax } ?? false
        case .ageMax: isRight = value.text.flatMap { StreamAge.microseconds($0) } != nil
        case .lengthMax, .bytesMax, .segmentBytesMax, .queueVersion, .deliveryLimit,
            .memoryLengthMax, .memoryBytesMax:
            isRight = value.integer.map { $0 >= 0 } ?? false
        case .messageTTL:
            isRight = value.integer.map { (0...Limits.durationMillisecondsMax) ~= $0 } ?? false
        case .expires, .consumerTimeout:
            isRight = value.integer.map { (1...Limits.durationMillisecondsMax) ~= $0 } ?? false
        case .overflow:
            isRight = value.text.flatMap { QueueOverflow(rawValue: $0) } != nil
        case .durability:
            isRight = value.text.flatMap { QueueDurability(rawValue: $0) } != nil
        case .deadLetterStrategy:
            isRight = value.text.map { QueueArguments.deadLetterStrategies.contains($0) } ?? false
        case .leaderLocator:
            isRight = value.text.map { QueueArguments.leaderLocators.contains($0) } ?? false
        case .retryMax, .retryBase, .retryFactor, .retryMaxDelay, .retryJitter:
            isRight = RetryPolicy.takes(value, for: self)
        case .deliveryRate, .deliveryBurst, .breakerThreshold, .breakerWindow,
            .breakerOutcomesMin, .breakerCooldown, .breakerProbes, .deduplicationWindow,
            .deduplicationHeader, .deduplicationMax:
            isRight = FlowArguments.objection(to: value, as: self) == nil
        }
        if !isRight {
            throw PolicyError("\(value.shown) is no valid value of '\(self.rawValue)'")
        }
    }
}
