/// What connections and queues did that are gone, so that totals never go back.
struct DepartedTotals {
    private(set) var published: UInt64 = 0
    private(set) var queues = QueueTally()
    private(set) var connectionCount: UInt64 = 0
    private(set) var queueCount: UInt64 = 0

    /// - Precondition: The channels of the connection are closed.
    mutating func add(_ connection: Connection) {
        self.connectionCount += 1
        self.published += connection.publishedBefore
    }

    mutating func add(_ tally: QueueTally) {
        self.queueCount += 1
        self.queues.add(tally)
    }
}
