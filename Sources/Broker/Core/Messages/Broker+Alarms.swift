import Messaging

/// What the broker does when it runs short of memory or disk: it takes nothing more from
/// publishers, and goes on delivering, so that it gets room again.
extension Broker {
    /// What ``Effect/blocked(reason:)`` says, in the words of RabbitMQ 3.10.8, which names the
    /// disk first when both are low.
    private var blockingReason: String {
        switch (self.disk, self.isMemoryLow) {
        case (.fine, _): "low on memory"
        case (.low, false), (.failing, false): "low on disk"
        case (.low, true), (.failing, true): "low on disk & memory"
        }
    }

    /// Memory or disk is short: who publishes is blocked.
    package var isRefusingPublishers: Bool { self.isMemoryLow || self.disk != .fine }

    /// Sets how many bytes of messages the broker holds at most before it blocks publishers.
    ///
    /// Not a hard bound: what was read before a publisher was blocked is still taken.
    package mutating func setMessageMemoryMax(_ bytes: Int) {
        precondition(bytes > 0, "callers refuse limits that let nothing in")
        self.messageMemoryBytesMax = bytes
        self.watchMemory()
    }

    /// Says how the disk is; ``endBatch(now:)`` follows.
    ///
    /// What was read before a publisher was blocked is still taken. Who is blocked already hears
    /// nothing more before all is well again, as in RabbitMQ.
    /// - Parameter isFull: There is no room but for what makes some: nothing new that is to outlive
    ///   the process can be declared.
    package mutating func setDisk(_ state: DiskState, isFull: Bool = false) {
        self.disk = state
        self.isDiskFull = isFull
        self.unblockIfAllIsWell()
    }

    /// Stops taking more from a connection that publishes.
    mutating func block(_ connection: Int) {
        guard !self.connections[connection].isBlocked else { return }
        self.connections[connection].isBlocked = true
        self.emit(.blocked(reason: self.blockingReason), to: connection)
    }

    /// Whether memory is called low and need not be any more.
    var mayTakeAgain: Bool {
        self.isMemoryLow
            && self.gauge.bytes <= self.messageMemoryBytesMax - self.messageMemoryBytesMax / 8
    }

    /// Raises the alarm when messages take too much memory, and ends it once an eighth is free
    /// again, so that it does not flutter.
    mutating func watchMemory() {
        guard self.isMemoryLow else {
            self.isMemoryLow = self.gauge.bytes > self.messageMemoryBytesMax
            return
        }
        guard self.mayTakeAgain else { return }
        self.isMemoryLow = false
        self.unblockIfAllIsWell()
    }

    private mutating func unblockIfAllIsWell() {
        guard !self.isRefusingPublishers else { return }
        for connection in self.connections.slots where self.connections[connection].isBlocked {
            self.connections[connection].isBlocked = false
            self.emit(.unblocked, to: connection)
            if self.connections[connection].isPaused { self.emit(.stopReading, to: connection) }
        }
    }

    // MARK: A disk that is slower than publishers

    /// Says whether more waits for the disk than should; ``endBatch(now:)`` follows.
    ///
    /// While it does, nothing more is read from connections that publish, so that what waits does
    /// not grow. It is no alarm, and clients are not told: it comes and goes with the load.
    package mutating func setStoreBehind(_ isBehind: Bool) {
        self.isStoreBehind = isBehind
        guard !isBehind else { return }
        for connection in self.connections.slots where self.connections[connection].isPaused {
            self.connections[connection].isPaused = false
            if !self.connections[connection].isBlocked {
                self.emit(.startReading, to: connection)
            }
        }
    }

    mutating func pause(_ connection: Int) {
        guard !self.connections[connection].isPaused else { return }
        self.connections[connection].isPaused = true
        self.emit(.stopReading, to: connection)
    }
}
