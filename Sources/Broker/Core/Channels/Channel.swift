import Messaging

/// One channel: a slot of the broker's table and how often it was filled.
struct ChannelID: Hashable {
    let slot: UInt32
    let incarnation: UInt32

    var index: Int { Int(self.slot) }
}

/// What the broker keeps of one open channel.
struct Channel {
    let id: ChannelID
    let number: ChannelNumber
    /// Slot of its connection.
    let connection: Int
    var isConfirming = false
    var confirms = ConfirmLedger()
    /// What waits for `tx.commit`; nil unless the channel is transactional.
    var transaction: Transaction?
    /// The commits that `tx.commit-ok` wait for, ascending.
    var commits: [CommitNumber] = []
    /// Whether it stands in the list of channels that confirms are due on.
    var isConfirmDue = false
    /// Whether it stands in the list of channels that wait for a commit.
    var isAwaitingCommit = false
    /// What the next consumer may hold unacked; 0 is without limit.
    var consumerPrefetch = 0
    /// What all consumers together may hold unacked; 0 is without limit.
    var sharedPrefetch = 0
    /// What they hold; `basic.get` does not count.
    var consumerUnacked = 0
    /// Slots of its consumers.
    var consumers: [Int] = []
    var unacked = UnackedList()
    var lastTag: UInt64 = 0
    /// What an empty queue name stands for.
    var lastDeclaredQueue: QueueName?
    /// Who waits for replies; see ``DirectReply``.
    var replyConsumer: ReplyConsumer?
    /// Messages that came in on it, and that went out.
    var publishedTotal: UInt64 = 0
    var deliveredTotal: UInt64 = 0
    var route = RouteCache()

    init(id: ChannelID, number: ChannelNumber, connection: Int) {
        self.id = id
        self.number = number
        self.connection = connection
    }

    /// Deliveries that wait for an ack, or for the commit of one.
    var heldCount: Int { self.unacked.count + (self.transaction?.settledCount ?? 0) }

    /// How many more deliveries that need an ack its consumers may get.
    var room: Int {
        let room = Limits.unackedMax - self.heldCount
        guard self.sharedPrefetch > 0 else { return room }
        return min(room, self.sharedPrefetch - self.consumerUnacked)
    }

    /// Visits what it holds unacked in the order of delivery, then what its transaction settles.
    func forEachUnacked(_ visit: (Unacked) -> Bool) {
        var goesOn = true
        self.unacked.forEach { delivery in
            goesOn = visit(delivery)
            return goesOn
        }
        for delivery in self.transaction?.settles.flatMap(\.deliveries) ?? [] {
            guard goesOn else { return }
            goesOn = visit(delivery)
        }
    }

    mutating func nextTag() -> UInt64 {
        self.lastTag += 1
        return self.lastTag
    }
}
