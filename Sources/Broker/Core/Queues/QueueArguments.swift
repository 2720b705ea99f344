import Messaging

/// The rules for the arguments of `queue.declare`; what is not in them is accepted unread.
struct QueueArguments {
    /// Milliseconds that a time to live may have at most: ten years.
    static let millisecondsMax: Int64 = 315_360_000_000

    /// The arguments that a classic queue has, in the order in which RabbitMQ compares them.
    static let understood = [
        "x-expires", "x-message-ttl", "x-dead-letter-exchange", "x-dead-letter-routing-key",
        "x-max-length", "x-max-length-bytes", "x-max-priority", "x-overflow", "x-queue-mode",
        "x-queue-version", "x-single-active-consumer", "x-queue-type", "x-queue-master-locator",
    ]

    /// Those that only other types of queue have.
    private static let foreign = [
        "x-max-in-memory-length", "x-max-in-memory-bytes", "x-delivery-limit",
        "x-quorum-initial-group-size", "x-dead-letter-strategy", "x-queue-leader-locator",
        "x-max-age", "x-stream-max-segment-size-bytes", "x-initial-cluster-size",
    ]

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
        try self.checkType()
        try self.checkDuration("x-expires", mayBeZero: false)
        try self.checkDuration("x-message-ttl", mayBeZero: true)
        try self.checkDeadLetterKey()
        try self.checkCount("x-max-length")
        try self.checkCount("x-max-length-bytes")
        try self.checkPriority()
        try self.checkOverflow()
        try self.checkMode()
        try self.checkSingleActiveConsumer()
        for field in self.table.fields where Self.foreign.contains(field.name) {
            throw Fault(
                .preconditionFailed,
                "invalid arg '\(field.name)' for \(self.resource) of queue type "
                    + "rabbit_classic_queue")
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

    private func checkDuration(_ key: String, mayBeZero: Bool) throws(Fault) {
        guard let value = try self.integer(key) else { return }
        if value == 0, !mayBeZero { throw self.invalid(key, "{value_zero,0}") }
        if value < 0 { throw self.invalid(key, "{value_negative,\(value)}") }
        if value > Self.millisecondsMax {
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
        if value > 255 { throw self.invalid(key, "{max_value_exceeded,\(value)}") }
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

    private func checkType() throws(Fault) {
        let key = "x-queue-type"
        switch try self.word(key) {
        case nil, "classic": return
        case "quorum":
            throw .unsupported("\(key)=\(self.table[key]?.shown ?? "")", of: self.resource)
        case .some(let type): throw self.invalid(key, "\"unsupported queue type '\(type)'\"")
        }
    }
}
