/// The consumers of one queue and whose turn it is.
///
/// Those that may have room stand in rings by their priority; the most urgent ring that has one is
/// served, in turn. A consumer that turns out to have no room is parked, so that a thousand that
/// are busy cost nothing, and stands at the end of its ring again once it may have room.
///
///     priority 10   ( )               all parked: the next ring is served
///     priority  0   ( c1  c7  c2 )
///                         ▲ turn
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

    /// Rings to ask for their current consumer, the most urgent first.
    var ringCount: Int { self.rings.count }

    /// Whose turn it is in a ring; nil when all of it are parked.
    mutating func current(inRing ring: Int) -> Int? {
        if let active = self.active { return active }
        if self.rings[ring].turn >= self.rings[ring].waiting.count { self.rings[ring].turn = 0 }
        let turn = self.rings[ring].turn
        return turn < self.rings[ring].waiting.count ? self.rings[ring].waiting[turn] : nil
    }

    /// Gives the turn to the next one of a ring.
    ///
    /// - Returns: Whether there is nobody else to give it to.
    mutating func advance(ring: Int) -> Bool {
        guard self.active == nil else { return true }
        self.rings[ring].turn += 1
        return self.rings[ring].waiting.count == 1
    }

    /// Takes the current one out of its ring until ``unpark(_:)``.
    ///
    /// - Returns: Whether it is: a single active consumer is not, for nobody else is asked.
    mutating func park(ring: Int) -> Bool {
        guard self.active == nil else { return false }
        self.rings[ring].waiting.remove(at: self.rings[ring].turn)
        return true
    }

    /// Has a parked consumer take part again, behind all that wait.
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
