import Messaging

/// The rules for declaring a stream, in RabbitMQ's order: values, names, properties.
///
/// Of the arguments that are ours, those for deduplication mean for a stream what they mean for
/// any queue. Retries and circuit breakers do not, because nobody rejects from a stream; nor does
/// a rate, because each reader has its own. They are refused like those of other types.
extension QueueArguments {
    /// The arguments that a stream has.
    static let understoodOfStreams =
        [
            "x-max-length-bytes", "x-queue-type", "x-max-age", "x-stream-max-segment-size-bytes",
            "x-initial-cluster-size", "x-queue-leader-locator",
        ] + oursThatMatter

    /// Arguments of ours with which a second declaration has to agree, in any case.
    private static let oursThatMatter =
        RetryPolicy.arguments + FlowArguments.names + [Self.durability]

    /// Those that only other types of queue have.
    static let foreignToStreams =
        RetryPolicy.arguments
        + FlowArguments.names.filter { name in
            !FlowArguments.ofStreams.contains { name == "x-\($0.rawValue)" }
        } + [
            "x-expires", "x-message-ttl", "x-dead-letter-exchange", "x-dead-letter-routing-key",
            "x-max-length", "x-max-in-memory-length", "x-max-in-memory-bytes", "x-max-priority",
            "x-overflow", "x-queue-mode", "x-queue-version", "x-single-active-consumer",
            "x-queue-master-locator", "x-delivery-limit", "x-quorum-initial-group-size",
            "x-dead-letter-strategy",
        ]

    /// Says that a stream has a name of its client's own: nobody would find it again otherwise.
    static func checkServerNamed(_ arguments: FieldTable) throws(Fault) {
        guard arguments["x-queue-type"]?.text == "stream" else { return }
        throw Fault(
            .preconditionFailed,
            "Cannot declare a server-named queue for type rabbit_stream_queue")
    }

    func checkStream(_ declaration: QueueDeclaration) throws(Fault) {
        try self.checkCount("x-max-length-bytes")
        let segmentBytes = try self.checkCount("x-stream-max-segment-size-bytes")
        try self.checkAge()
        try self.checkLocator()
        if let size = try self.checkCount("x-initial-cluster-size"), size == 0 {
            throw self.invalid("x-initial-cluster-size", "{value_zero,0}")
        }
        try self.checkDurability(ofKeeper: "stream")
        try FlowArguments.check(FlowArguments.ofStreams, in: self.table, of: self.resource)
        for field in self.table.fields where Self.foreignToStreams.contains(field.name) {
            throw Fault(
                .preconditionFailed,
                "invalid arg '\(field.name)' for \(self.resource) of queue type "
                    + "rabbit_stream_queue")
        }
        if declaration.isAutoDelete { throw self.invalid(property: "auto-delete") }
        if declaration.isExclusive { throw self.invalid(property: "exclusive-owner") }
        if !declaration.isDurable { throw self.invalid(property: "non-durable") }
        if let segmentBytes, segmentBytes > Limits.segmentBytesMax {
            throw Fault(
                .preconditionFailed, "Exceeded max value for x-stream-max-segment-size-bytes")
        }
    }

    /// Bytes of a chunk of a stream with these arguments, which ``checkStream(_:)`` has accepted.
    static func segmentBytesMax(_ arguments: FieldTable) -> Int {
        let wanted = arguments["x-stream-max-segment-size-bytes"]?.integer ?? .max
        return Int(wanted.clamped(to: 0...Int64(Chunk.capacityMax)))
    }

    private func invalid(property: String) -> Fault {
        Fault(.preconditionFailed, "invalid property '\(property)' for \(self.resource)")
    }

    private func checkAge() throws(Fault) {
        let key = "x-max-age"
        guard let age = try self.word(key) else { return }
        // RabbitMQ 3.10.8 crashes over an age without digits; to us it is as wrong as any other.
        if StreamAge.microseconds(age) == nil { throw self.invalid(key, "invalid_max_age") }
    }

    private func checkLocator() throws(Fault) {
        let key = "x-queue-leader-locator"
        guard let locator = try self.word(key) else { return }
        guard ["client-local", "random", "least-leaders", "balanced"].contains(locator) else {
            throw self.invalid(key, "invalid_queue_locator_arg")
        }
    }
}

extension QueueSettings {
    /// Leaves of a policy what holds for a stream: how much it keeps, and for how long.
    mutating func applyToStream(_ policy: EffectivePolicy) {
        self.ttlMicroseconds = nil
        self.expiresMicroseconds = nil
        self.lengthMax = nil
        self.overflow = .dropHead
        self.deadLetterExchange = nil
        self.deadLetterKey = nil
        self.deliveryLimit = nil
        self.retry = nil
        self.durability = .sync
        self.ageMaxMicroseconds = policy.ages(self.arguments).min()
    }
}

extension EffectivePolicy {
    /// How old a stream's messages get, as its argument and a policy say it.
    fileprivate func ages(_ declared: FieldTable) -> [Int64] {
        [declared["x-max-age"], self.definition[PolicyArgument.ageMax.rawValue]]
            .compactMap { $0?.text.flatMap { StreamAge.microseconds($0) } }
    }
}
