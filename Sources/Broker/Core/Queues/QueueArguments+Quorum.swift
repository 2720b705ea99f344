import Messaging

/// The rules for the arguments that only quorum queues have.
///
/// `x-delivery-limit` is not among them: RabbitMQ 3.10 takes any value of it, and one that is no
/// number sets no limit of its own.
extension QueueArguments {
    /// At least once holds either way; see ``QueueType``.
    static let deadLetterStrategies = ["at-most-once", "at-least-once"]
    /// Where a cluster would put the queue.
    static let leaderLocators = ["client-local", "balanced", "random", "least-leaders"]

    func checkDeadLetterStrategy() throws(Fault) {
        let key = "x-dead-letter-strategy"
        guard let word = try self.word(key) else { return }
        guard Self.deadLetterStrategies.contains(word) else {
            throw self.invalid(key, "invalid_dlx_strategy")
        }
    }

    /// What is in memory is decided for the broker as a whole: these are checked and passed over.
    func checkMemoryLimits() throws(Fault) {
        try self.checkCount("x-max-in-memory-length")
        try self.checkCount("x-max-in-memory-bytes")
    }

    /// A single node is a group of one, whatever size is asked for.
    func checkGroup() throws(Fault) {
        let key = "x-quorum-initial-group-size"
        if try self.checkCount(key) == 0 { throw self.invalid(key, "{value_zero,0}") }
        let locator = "x-queue-leader-locator"
        guard let word = try self.word(locator) else { return }
        guard Self.leaderLocators.contains(word) else {
            throw self.invalid(locator, "invalid_queue_locator_arg")
        }
    }
}
