import Messaging

/// What a queue was declared with and what policies add to it, understood.
struct QueueSettings {
    // As declared; they never change.

    let type: QueueType
    var isDurable: Bool
    var isAutoDelete: Bool
    /// The connection that alone may use it, and with which it goes.
    var owner: ConnectionID?
    /// As the client wrote them.
    var arguments: FieldTable
    /// `x-max-priority`; 0 without priorities.
    var priorityMax: UInt8
    /// `x-single-active-consumer`.
    var isSingleActive: Bool
    /// `x-queue-type` is `stream`.
    var isStream: Bool
    /// `x-stream-max-segment-size-bytes`, as far as chunks can be that big.
    var segmentBytesMax = Chunk.capacityMax

    // What holds now: each a policy's, an argument's, or what comes of both.

    private(set) var policy = EffectivePolicy.none
    /// `x-message-ttl`.
    var ttlMicroseconds: Int64?
    /// `x-expires`: unused for so long, the queue goes.
    var expiresMicroseconds: Int64?
    /// `x-max-length`.
    var lengthMax: Int?
    /// `x-max-length-bytes`.
    var bytesMax: UInt64?
    /// `x-overflow`.
    var overflow = QueueOverflow.dropHead
    /// `x-durability`.
    var durability = QueueDurability.sync
    /// `x-dead-letter-exchange`.
    var deadLetterExchange: ExchangeName?
    /// `x-dead-letter-routing-key`.
    var deadLetterKey: String?
    /// `x-consumer-timeout`: how long a delivery may stay unacked, where it is not the broker's.
    var consumerTimeoutMicroseconds: Int64?
    /// `x-max-age`: how old a stream's messages get.
    var ageMaxMicroseconds: Int64?
    /// `x-delivery-limit`: how often a message may be returned; nil is without end.
    var deliveryLimit: Int64?
    /// `x-retry-max` and what goes with it; nil without retries.
    var retry: RetryPolicy?
    /// Rate, circuit breaker and deduplication; nil without any of them.
    private(set) var flow: FlowSettings?

    /// - Parameters:
    ///   - resource: Such as `queue 'q' in vhost '/'`.
    ///   - policy: What holds for it from the beginning.
    ///   - isNew: False for one that an earlier process accepted: rules that have become stricter
    ///     since do not take its messages from it.
    /// - Throws: 406 for an argument that is wrong, 540 for one that is not supported yet.
    init(
        _ declaration: QueueDeclaration, of resource: String, owner: ConnectionID?,
        under policy: EffectivePolicy = .none, isNew: Bool = true
    ) throws(Fault) {
        let arguments = declaration.arguments
        self.isStream = arguments["x-queue-type"]?.text == "stream"
        self.type = QueueType(of: arguments)
        if self.isStream { self.segmentBytesMax = QueueArguments.segmentBytesMax(arguments) }
        if isNew {
            let rules = QueueArguments(arguments, of: resource)
            if self.isStream {
                try rules.checkStream(declaration)
            } else {
                try rules.check()
                try self.type.checkProperties(declaration, of: resource, isOwned: owner != nil)
            }
            try rules.checkCompanions(policy)
        }
        self.isDurable = declaration.isDurable && owner == nil
        self.isAutoDelete = declaration.isAutoDelete
        self.owner = owner
        self.arguments = arguments
        let hasPriorities = self.type == .classic && !self.isStream
        self.priorityMax =
            hasPriorities ? UInt8(clamping: arguments["x-max-priority"]?.integer ?? 0) : 0
        self.isSingleActive =
            !self.isStream && arguments["x-single-active-consumer"] == .bool(true)
        self.apply(policy)
    }

    /// Works out what holds under a policy: an argument beats it for names and words, and of two
    /// numbers the lower one holds.
    mutating func apply(_ policy: EffectivePolicy) {
        self.policy = policy
        let declared = self.arguments
        self.flow = FlowSettings(policy, declared, ofStream: self.isStream)
        let durations = Limits.durationMillisecondsMax
        self.ttlMicroseconds =
            policy.lower(.messageTTL, declared, within: 0...durations).map { $0 * 1_000 }
        self.expiresMicroseconds =
            policy.lower(.expires, declared, within: 1...durations).map { $0 * 1_000 }
        self.lengthMax = policy.lower(.lengthMax, declared).map { Int(clamping: max(0, $0)) }
        self.bytesMax = policy.lower(.bytesMax, declared).map { UInt64(clamping: $0) }
        self.overflow =
            policy.first(.overflow, declared).flatMap { QueueOverflow(rawValue: $0) } ?? .dropHead
        self.durability =
            policy.first(.durability, declared).flatMap { QueueDurability(rawValue: $0) } ?? .sync
        self.deadLetterExchange =
            policy.first(.deadLetterExchange, declared).map { ExchangeName($0) }
        self.deadLetterKey = policy.first(.deadLetterKey, declared)
        self.deliveryLimit = self.type.deliveryLimit(
            policy.lower(.deliveryLimit, declared))
        self.retry = RetryPolicy(policy, declared)
        self.consumerTimeoutMicroseconds =
            policy.lower(.consumerTimeout, declared).flatMap { milliseconds in
                (1...Limits.durationMillisecondsMax) ~= milliseconds ? milliseconds * 1_000 : nil
            }
        if self.type == .quorum { self.durability = .sync }
        if self.isStream { self.applyToStream(policy) }
    }

    /// Checks that a second declaration means the same queue.
    ///
    /// - Throws: 405 when the other one is another connection's, 406 when they differ.
    func checkEquivalence(
        _ declaration: QueueDeclaration, named name: QueueName, in host: VirtualHost,
        owner: ConnectionID?
    ) throws(Fault) {
        guard self.owner == owner else { throw host.locked(name) }
        let resource = host.resource(name)
        try Self.check(
            "durable", for: resource, received: declaration.isDurable && owner == nil,
            current: self.isDurable)
        try Self.check(
            "auto_delete", for: resource, received: declaration.isAutoDelete,
            current: self.isAutoDelete)
        let understood =
            self.isStream ? QueueArguments.understoodOfStreams : QueueArguments.understood
        for key in understood {
            try Self.check(
                key, for: resource, received: declaration.arguments[key],
                current: self.arguments[key])
        }
    }

    static func check(
        _ field: String, for resource: String, received: Bool, current: Bool
    ) throws(Fault) {
        guard received != current else { return }
        throw .inequivalent(
            field, for: resource, received: "'\(received)'", current: "'\(current)'")
    }

    static func check(
        _ key: String, for resource: String, received: FieldValue?, current: FieldValue?
    ) throws(Fault) {
        switch (received, current) {
        case (nil, nil): return
        case (let received?, let current?):
            guard !received.isEquivalent(to: current) else { return }
            throw .inequivalent(
                key, for: resource, received: "'\(received.shown)'",
                current: "'\(current.shown)'")
        case (let value?, nil), (nil, let value?):
            // A classic queue may say so or not.
            guard key != "x-queue-type" || value != .string("classic") else { return }
            let shown = "the value '\(value.shown)' of type '\(value.typeName)'"
            throw .inequivalent(
                key, for: resource, received: received == nil ? "none" : shown,
                current: current == nil ? "none" : shown)
        }
    }
}
