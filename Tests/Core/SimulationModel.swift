import Core
import Messaging

/// What the broker is expected to do, in the plainest way: arrays, searched from end to end.
struct SimulationModel {
    struct Death: Equatable {
        var queue: String
        var reason: DeathReason
        var count: Int64
    }

    struct Message {
        var id: Int
        /// As its publisher wrote it.
        var priority = 0
        /// How far it is from the most urgent level of its queue.
        var level = 0
        var place = 0
        var expiresAt: Timestamp?
        var isRedelivered = false
        /// Nobody was offered it yet, so it does not expire before somebody is.
        var isFresh = true
        var deaths: [Death] = []
        /// The queue it was dead-lettered from last.
        var origin: String?

        /// Whether it is delivered before another one of its queue.
        func precedes(_ other: Message) -> Bool {
            (self.level, self.place) < (other.level, other.place)
        }
    }

    /// What a queue does with one message too many.
    enum Overflow { case dropHead, reject, rejectAndDeadLetter }

    struct Queue {
        var ttl: Int64?
        var lengthMax: Int?
        var overflow = Overflow.dropHead
        /// The most urgent priority; 0 without priorities.
        var priorityMax = 0
        var deadLettersTo: String?
        var ready: [Message] = []
        /// Unacked ones by delivery tag.
        var unacked: [UInt64: Message] = [:]
        /// Those of them that the consumer got.
        var consumed: Set<UInt64> = []
    }

    var queues: [String: Queue] = [:]
    var now: Timestamp
    var lastTag: UInt64 = 0
    /// The consumer of the queue `work`, if there is one now.
    var prefetch: Int?
    /// What clients got, in order: message, tag, whether redelivered.
    var delivered: [Message] = []
    private var lastPlace = 0

    init(now: Timestamp) { self.now = now }

    /// - Returns: Whether the queue took it.
    @discardableResult
    mutating func publish(_ message: Message, to name: String, ttl: Int64?) -> Bool {
        var message = message
        guard self.hasRoom(in: name), let queue = self.queues[name] else {
            if self.queues[name]?.overflow == .rejectAndDeadLetter {
                self.bury(message, from: name, .maxLength)
            }
            return false
        }
        let ttls = [ttl, queue.ttl].compactMap { $0 }
        message.expiresAt = ttls.min().map { self.now.adding(microseconds: $0 * 1_000) }
        self.lastPlace += 1
        message.place = self.lastPlace
        message.isRedelivered = false
        message.isFresh = true
        message.level = max(0, queue.priorityMax - message.priority)
        let index = queue.ready.firstIndex { message.precedes($0) } ?? queue.ready.count
        self.queues[name]?.ready.insert(message, at: index)
        return true
    }

    private mutating func hasRoom(in name: String) -> Bool {
        guard let queue = self.queues[name], queue.overflow != .dropHead,
            let lengthMax = queue.lengthMax, queue.ready.count >= lengthMax
        else { return true }
        // Had it come alone, consumers and expiry would have made room before.
        self.settleDown(name)
        return (self.queues[name]?.ready.count ?? 0) < lengthMax
    }

    /// What happens at the end of every batch; dead letters may bring more.
    mutating func settleDown() {
        for _ in 0..<5 {
            for name in self.queues.keys.sorted() { self.settleDown(name) }
        }
    }

    private mutating func settleDown(_ name: String) {
        if name == "work" { self.deliver() }
        while let queue = self.queues[name], queue.overflow == .dropHead,
            let lengthMax = queue.lengthMax, queue.ready.count > lengthMax
        {
            self.die(in: name, .maxLength)
        }
        while let head = self.queues[name]?.ready.first, let expiresAt = head.expiresAt,
            expiresAt <= self.now
        {
            self.die(in: name, .expired)
        }
        for index in (self.queues[name]?.ready ?? []).indices {
            self.queues[name]?.ready[index].isFresh = false
        }
    }

    private mutating func deliver() {
        guard let prefetch = self.prefetch else { return }
        while let queue = self.queues["work"], queue.consumed.count < prefetch,
            let tag = self.take(from: "work")
        {
            self.queues["work"]?.consumed.insert(tag)
        }
    }

    /// Takes the head of a queue, unless it has expired; nil when there is none.
    mutating func take(from name: String, autoAck: Bool = false) -> UInt64? {
        while let head = self.queues[name]?.ready.first, let expiresAt = head.expiresAt,
            expiresAt <= self.now, !head.isFresh
        {
            self.die(in: name, .expired)
        }
        guard let head = self.queues[name]?.ready.first else { return nil }
        self.queues[name]?.ready.removeFirst()
        self.lastTag += 1
        self.delivered.append(head)
        if !autoAck { self.queues[name]?.unacked[self.lastTag] = head }
        return self.lastTag
    }

    private mutating func die(in name: String, _ reason: DeathReason) {
        guard let message = self.queues[name]?.ready.removeFirst() else { return }
        self.bury(message, from: name, reason)
    }

    mutating func bury(_ message: Message, from name: String, _ reason: DeathReason) {
        guard let target = self.queues[name]?.deadLettersTo else { return }
        var letter = message
        if let index = letter.deaths.firstIndex(where: { $0.queue == name && $0.reason == reason })
        {
            var death = letter.deaths.remove(at: index)
            death.count += 1
            letter.deaths.insert(death, at: 0)
        } else {
            letter.deaths.insert(Death(queue: name, reason: reason, count: 1), at: 0)
        }
        // Back where it died before, and nobody rejected it since: an endless cycle.
        if let last = letter.deaths.firstIndex(where: { $0.queue == target }),
            reason != .rejected, letter.deaths[...last].allSatisfy({ $0.reason != .rejected })
        {
            return
        }
        letter.origin = name
        self.publish(letter, to: target, ttl: nil)
    }

    /// Takes an unacked message out of a queue.
    mutating func release(_ tag: UInt64) -> (message: Message, queue: String)? {
        for name in self.queues.keys {
            guard let message = self.queues[name]?.unacked.removeValue(forKey: tag) else {
                continue
            }
            self.queues[name]?.consumed.remove(tag)
            return (message, name)
        }
        return nil
    }

    mutating func requeue(_ tag: UInt64) {
        guard let (released, name) = self.release(tag) else { return }
        var message = released
        message.isRedelivered = true
        message.isFresh = false
        self.queues[name]?.ready.append(message)
        self.queues[name]?.ready.sort { $0.precedes($1) }
    }

    var unackedTags: [UInt64] {
        self.queues.values.flatMap { $0.unacked.keys }.sorted()
    }

    /// How many messages that died in a queue lie anywhere.
    func dead(from name: String) -> Int {
        self.queues.values.reduce(0) { sum, queue in
            sum + queue.ready.count { $0.origin == name }
                + queue.unacked.values.count { $0.origin == name }
        }
    }
}
