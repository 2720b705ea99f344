import Messaging

/// Queues that take a message once: a publish whose id was seen within the window is confirmed
/// and not stored again. Redrives and dead letters come in as they are.
///
/// An id is noted in the commit of its message, and forgotten in a later one, so after a crash the
/// window knows exactly the messages that are there. That of a transient message is not noted: it
/// does not survive either.
extension Broker {
    /// Appends a publisher's message to a queue that takes each id once.
    mutating func enqueueOnce(
        _ message: PublishedMessage, _ traits: PublishTraits, to slot: Int, now: Timestamp
    ) -> PublishOutcome {
        guard let window = self.queues[slot].deduplication, let rules = window.rules else {
            return self.enqueueAlways(message, traits, to: slot, now: now)
        }
        guard let id = message.id(in: rules.header) else {
            self.queues[slot].habits.saw(.withoutID)
            return self.enqueueAlways(message, traits, to: slot, now: now)
        }
        self.forgetLeaving(of: slot, window, now: now)
        if let original = window.find(id, now: now) {
            self.queues[slot].tally.deduplicated += 1
            return self.safety(of: id, original, in: slot, window)
        }
        let outcome = self.enqueueAlways(message, traits, to: slot, now: now)
        guard outcome != .refused else { return outcome }
        window.insert(id, at: now, isNoted: outcome == .waiting)
        if outcome == .waiting { self.note(id, now, of: slot, window) }
        // One too many makes room at once, so that the limit is one of memory.
        self.forgetLeaving(of: slot, window, now: now)
        self.setDeduplicationTimer(of: slot, now: now)
        return outcome
    }

    /// Has a duplicate's confirm wait as long as that of its original.
    private mutating func safety(
        of id: [UInt8], _ original: DeduplicationWindow.Kept, in slot: Int,
        _ window: DeduplicationWindow
    ) -> PublishOutcome {
        guard original.isNoted, window.lastCommit > self.durableCommit else { return .safe }
        // Commits become durable in order: the open one is behind that of the original. What is
        // noted twice says the same twice.
        self.note(id, original.at, of: slot, window)
        self.due.isCommitAwaited = true
        return .waiting
    }

    private mutating func note(
        _ id: [UInt8], _ at: Timestamp, of slot: Int, _ window: DeduplicationWindow
    ) {
        let bytes = withUnsafeBytes(of: UInt64(bitPattern: at.microseconds).bigEndian) {
            Array($0)
        }
        window.lastCommit = self.openCommit
        self.note(durable: .note(self.queues[slot].id, NoteKey(.published, id), bytes))
    }

    // MARK: Leaving

    private mutating func forgetLeaving(
        of slot: Int, _ window: DeduplicationWindow, now: Timestamp
    ) {
        let forgotten = window.removeLeaving(now: now)
        guard self.queues[slot].settings.isDurable else { return }
        for id in forgotten {
            self.note(durable: .note(self.queues[slot].id, NoteKey(.published, id), nil))
        }
    }

    /// Sets the timer at which ids leave, unless it is set; drops a window that is done.
    mutating func setDeduplicationTimer(of slot: Int, now: Timestamp) {
        guard let window = self.queues[slot].deduplication else { return }
        guard let at = window.nextLeaving(now: now) else {
            if window.rules == nil { self.queues[slot].deduplication = nil }
            return
        }
        if let timer = window.timer, timer <= at { return }
        window.timer = at
        self.timers.add(at, .deduplication(self.queues[slot].id))
    }

    mutating func deduplicationTimerFired(_ queue: QueueID, at: Timestamp, now: Timestamp) {
        guard let slot = self.queueSlot(queue), let window = self.queues[slot].deduplication,
            window.timer == at
        else { return }
        window.timer = nil
        self.forgetLeaving(of: slot, window, now: now)
        self.setDeduplicationTimer(of: slot, now: now)
    }

    // MARK: Recovery

    /// Gives a queue an id back that was noted before a restart.
    ///
    /// In any order. One whose window is over, or of a queue that does not deduplicate any more, is
    /// forgotten soon after, with the timers.
    package mutating func restorePublished(
        _ key: NoteKey, _ value: [UInt8], of slot: Int, now: Timestamp
    ) {
        precondition(key.kind == .published && value.count == 8, "notes come back as written")
        let bits = value.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // A clock that was set back meanwhile must not make the window longer.
        let at = min(Timestamp(microseconds: Int64(bitPattern: bits)), now)
        let window =
            self.queues[slot].deduplication
            ?? DeduplicationWindow(self.queues[slot].settings.flow?.deduplication)
        self.queues[slot].deduplication = window
        window.insert(key.bytes, at: at, isNoted: true)
        if window.timer == nil {
            window.timer = now
            self.timers.add(now, .deduplication(self.queues[slot].id))
        }
    }
}

extension PublishedMessage {
    /// What names it: the message-id property, or a header of text or of an integer; nil when it
    /// has none, an empty one, or one longer than ``Limits/deduplicationIDBytesMax``.
    func id(in header: String?) -> [UInt8]? {
        guard let properties = try? MessageProperties(decoding: self.properties) else {
            return nil
        }
        let id: [UInt8]
        if let header {
            switch properties.headers?[header] {
            case .longString(let bytes), .byteArray(let bytes): id = bytes
            case let value?: id = value.integer.map { Array("\($0)".utf8) } ?? []
            case nil: id = []
            }
        } else {
            id = properties.messageID.map { Array($0.utf8) } ?? []
        }
        return (1...Limits.deduplicationIDBytesMax) ~= id.count ? id : nil
    }
}
