/// The consumers of one queue and whose turn it is.
///
/// Those that may have room stand in rings by their priority; the most urgent ring that has one is
/// served, in turn. A consumer that turns out to have no room is parked, so that a thousand that
/// are busy cost nothing, and stands at the end of its ring again once it may have room.
///
///     priority 10   ( c1  c7  c2 )    served first, in turn; without anybody it is no ring
///                         ▲ turn
///     priority  0   ( c3 )
struct ConsumerRing {
    /// One consumer, by its slot.
    struct Member {
        var slot: Int
        var priority: Int64
    }

    private struct Ring {
        let priority: Int64
        var waiting: [Int] = []
        var turn = 0
    }

    /// All of them, in the order in which they came.
    private(set) var members: [Member] = []
    private var rings: [Ring] = []
    /// With a single active consumer: the slot of the one that is served.
    private(set) var active: Int?
    private let isSingleActive: Bool

    init(isSingleActive: Bool) { self.isSingleActive = isSingleActive }

    var isEmpty: Bool { self.members.isEmpty }
    var count: Int { self.members.count }

    mutating func add(_ member: Member) {
        self.members.append(member)
        if self.isSingleActive, self.active == nil { self.active = member.slot }
        self.unpark(member)
    }

    /// Forgets a consumer. When it was the active one, the next is the most urgent that is left,
    /// and of those the oldest.
    mutating func remove(_ consumer: Int) {
        self.members.removeAll { $0.slot == consumer }
        for index in self.rings.indices {
            guard let place = self.rings[index].waiting.firstIndex(of: consumer) else { continue }
            self.rings[index].waiting.remove(at: place)
            if self.rings[index].turn > place { self.rings[index].turn -= 1 }
        }
        self.rings.removeAll { $0.waiting.isEmpty }
        guard self.active == consumer else { return }
        // Of equals `max` takes the first.
        self.active = self.members.max { $0.priority < $1.priority }?.slot
    }

    // MARK: Turns

    /// Whose turn it is in the most urgent ring; nil when all are parked.
    mutating func current() -> Int? {
        if let active = self.active { return active }
        guard !self.rings.isEmpty else { return nil }
        if self.rings[0].turn >= self.rings[0].waiting.count { self.rings[0].turn = 0 }
        return self.rings[0].waiting[self.rings[0].turn]
    }

    /// Gives the turn to the next one of the ring.
    ///
    /// - Returns: Whether there is nobody else to give it to.
    mutating func advance() -> Bool {
        guard self.active == nil else { return true }
        self.rings[0].turn += 1
        return self.rings[0].waiting.count == 1
    }

    /// Takes the current one out of its ring until ``unpark(_:)``.
    ///
    /// - Returns: Whether it is: a single active consumer is not, for nobody else is asked.
    mutating func park() -> Bool {
        guard self.active == nil else { return false }
        self.rings[0].waiting.remove(at: self.rings[0].turn)
        // A ring stands for a priority of which somebody waits, so that the first one is served.
        if self.rings[0].waiting.isEmpty { self.rings.removeFirst() }
        return true
    }

    /// Has a parked consumer take part again, behind all that wait.
    ///
    /// - Precondition: It is a member and in no ring.
    mutating func unpark(_ member: Member) {
        let index = self.rings.firstIndex { $0.priority <= member.priority } ?? self.rings.count
        if index == self.rings.count || self.rings[index].priority != member.priority {
            self.rings.insert(Ring(priority: member.priority), at: index)
        }
        let turn = self.rings[index].turn
        self.rings[index].waiting.insert(member.slot, at: turn)
        self.rings[index].turn = turn + 1
    }
}
