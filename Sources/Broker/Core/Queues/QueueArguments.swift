import Messaging

/// The rules for the arguments of `queue.declare`; what is not in them is accepted unread.
struct QueueArguments {
    /// The arguments that queues have, in the order in which RabbitMQ compares them; behind them
    /// those that only queues of ours have.
    static let understood =
        [
            "x-expires", "x-message-ttl", "x-dead-letter-exchange", "x-dead-letter-routing-key",
            "x-dead-letter-strategy", "x-max-length", "x-max-length-bytes",
            "x-max-in-memory-length", "x-max-in-memory-bytes", "x-max-priority", "x-overflow",
            "x-queue-mode", "x-queue-version", "x-single-active-consumer", "x-queue-type",
            "x-quorum-initial-group-size", "x-delivery-limit", "x-queue-leader-locator",
            "x-queue-master-locator",
        ] + RetryPolicy.arguments + FlowArguments.names + [Self.durability]

    let table: FieldTable
    /// Such as `queue 'q' in vhost '/'`.
    let resource: String

    init(_ table: FieldTable, of resource: String) {
        self.table = table
        self.resource = resource
    }

    func check() throws(Fault) {
        guard !self.table.isEmpty else { return }
        if let exchange = self.table["x-dead-letter-exchange"], exchange.text == nil {
            throw Fault(
                .preconditionFailed,
                "invalid type '\(exchange.typeName)' for arg 'x-dead-letter-exchange' in "
                    + self.resource)
        }
        let type = try self.checkType()
        try self.checkDuration("x-expires", mayBeZero: false)
        try self.checkDuration("x-message-ttl", mayBeZero: true)
        try self.checkDeadLetterKey()
        if type == .quorum { try self.checkDeadLetterStrategy() }
        try self.checkCount("x-max-length")
        try self.checkCount("x-max-length-bytes")
        if type == .quorum { try self.checkMemoryLimits() }
        if type == .classic { try self.checkPriority() }
        try self.checkOverflow()
        if type == .classic { try self.checkMode() }
        try self.checkSingleActiveConsumer()
        if type == .quorum { try self.checkGroup() }
        try self.checkRetries()
        try self.checkDurability(ofKeeper: type == .quorum ? type.rawValue : nil)
        try FlowArguments.check(FlowArguments.ofQueues, in: self.table, of: self.resource)
        for field in self.table.fields where type.foreignArguments.contains(field.name) {
            throw type.refusal(of: field.name, for: self.resource)
        }
    }

    func invalid(_ key: String, _ reason: String) -> Fault {
        Fault(.preconditionFailed, "invalid arg '\(key)' for \(self.resource): \(reason)")
    }

    func integer(_ key: String) throws(Fault) -> Int64? {
        guard let value = self.table[key] else { return nil }
        guard let integer = value.integer else {
            throw self.invalid(key, "\"expected integer, got \(value.typeName)\"")
        }
        return integer
    }

    /// A word out of a few; nil when the argument is not there.
    func word(_ key: String) throws(Fault) -> String? {
        guard let value = self.table[key] else { return nil }
        guard let text = value.text else {
            throw self.invalid(key, "{unacceptable_type,\(value.typeName)}")
        }
        return text
    }

    func checkDuration(_ key: String, mayBeZero: Bool) throws(Fault) {
        guard let value = try self.integer(key) else { return }
        if value == 0, !mayBeZero { throw self.invalid(key, "{value_zero,0}") }
        if value < 0 { throw self.invalid(key, "{value_negative,\(value)}") }
        if value > Limits.durationMillisecondsMax {
            throw self.invalid(key, "{value_too_large,\(value)}")
        }
    }

    @discardableResult
    func checkCount(_ key: String) throws(Fault) -> Int64? {
        guard let value = try self.integer(key) else { return nil }
        if value < 0 { throw self.invalid(key, "{value_negative,\(value)}") }
        return value
    }

    private func checkDeadLetterKey() throws(Fault) {
        let key = "x-dead-letter-routing-key"
        guard let word = try self.word(key) else { return }
        // A routing key is a short string; RabbitMQ lets it pass and fails when a message dies.
        if word.utf8.count > Limits.nameBytesMax {
            throw self.invalid(key, "{value_too_long,\(word.utf8.count)}")
        }
        if self.table["x-dead-letter-exchange"] == nil {
            throw self.invalid(key, "routing_key_but_no_dlx_defined")
        }
    }

    private func checkPriority() throws(Fault) {
        let key = "x-max-priority"
        guard let value = try self.checkCount(key) else { return }
        if value > Limits.priorityMax { throw self.invalid(key, "{max_value_exceeded,\(value)}") }
    }

    private func checkOverflow() throws(Fault) {
        let key = "x-overflow"
        guard let word = try self.word(key) else { return }
        if QueueOverflow(rawValue: word) == nil { throw self.invalid(key, "invalid_overflow") }
    }

    private func checkMode() throws(Fault) {
        if let mode = try self.word("x-queue-mode"), mode != "default", mode != "lazy" {
            throw self.invalid("x-queue-mode", "\"unsupported queue mode '\(mode)'\"")
        }
        if let version = try self.checkCount("x-queue-version"), version != 1, version != 2 {
            throw self.invalid("x-queue-version", "\"unsupported queue version '\(version)'\"")
        }
    }

    private func checkSingleActiveConsumer() throws(Fault) {
        let key = "x-single-active-consumer"
        guard let value = self.table[key] else { return }
        guard case .bool = value else {
            throw self.invalid(key, "{unacceptable_type,\(value.typeName)}")
        }
    }

    private func checkType() throws(Fault) -> QueueType {
        let key = "x-queue-type"
        switch try self.word(key) {
        case nil, "classic": return .classic
        case "quorum": return .quorum
        case .some(let type): throw self.invalid(key, "\"unsupported queue type '\(type)'\"")
        }
    }
}
