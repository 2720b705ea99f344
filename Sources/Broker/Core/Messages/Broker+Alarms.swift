import Messaging

/// What the broker does when it runs short of memory: it takes nothing more from publishers, and
/// goes on delivering, so that it gets room again.
extension Broker {
    /// What ``Effect/blocked(reason:)`` says, in RabbitMQ's words.
    private static let memoryReason = "low on memory"

    /// Sets how many bytes of messages the broker holds at most before it blocks publishers.
    ///
    /// Not a hard bound: what was read before a publisher was blocked is still taken.
    package mutating func setMessageMemoryMax(_ bytes: Int) {
        precondition(bytes > 0, "callers refuse limits that let nothing in")
        self.messageMemoryBytesMax = bytes
        self.watchMemory()
    }

    /// Stops taking more from a connection that publishes.
    mutating func block(_ connection: Int) {
        guard !self.connections[connection].isBlocked else { return }
        self.connections[connection].isBlocked = true
        self.emit(.blocked(reason: Self.memoryReason), to: connection)
    }

    /// Whether publishers are blocked and need not be any more.
    var mayTakeAgain: Bool {
        self.isRefusingPublishers
            && self.gauge.bytes <= self.messageMemoryBytesMax - self.messageMemoryBytesMax / 8
    }

    /// Raises the alarm when messages take too much memory, and ends it once an eighth is free
    /// again, so that it does not flutter.
    mutating func watchMemory() {
        if self.isRefusingPublishers {
            guard self.mayTakeAgain else { return }
            self.isRefusingPublishers = false
            for connection in self.connections.slots where self.connections[connection].isBlocked {
                self.connections[connection].isBlocked = false
                self.emit(.unblocked, to: connection)
            }
        } else {
            self.isRefusingPublishers = self.gauge.bytes > self.messageMemoryBytesMax
        }
    }
}
