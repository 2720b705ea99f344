import Messaging

/// Lets one at a time take messages of a queue: two would take them from each other, and each
/// would think that the rest is gone.
actor QueueLocks {
    /// Who waits for each queue that is locked.
    private var waiters: [QueueName: [CheckedContinuation<Void, Never>]] = [:]

    /// Waits until nobody else takes messages of the queue.
    func lock(_ queue: QueueName) async {
        guard self.waiters[queue] != nil else {
            self.waiters[queue] = []
            return
        }
        await withCheckedContinuation { self.waiters[queue]?.append($0) }
    }

    /// Hands the queue to whoever has waited longest.
    func unlock(_ queue: QueueName) {
        guard self.waiters[queue]?.isEmpty == false else {
            self.waiters[queue] = nil
            return
        }
        self.waiters[queue]?.removeFirst().resume()
    }
}
