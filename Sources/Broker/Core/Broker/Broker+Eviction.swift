import Messaging

/// What leaves memory when there is too much of it, and what comes back before it is needed.
///
/// Bytes of messages that are not needed soon are dropped: a commit has them, or the store is asked
/// to keep the chunk first. So a backlog costs disk, and memory only for its head and its tail.
extension Broker {
    /// Chunks of a queue, from the one that is being delivered on, that stay in memory.
    private static let sparedChunks = 4
    /// Chunks that are loaded before they are needed.
    private static let readAheadChunks = 2
    /// Queues that are looked at in one batch when none has grown.
    private static let sweepMax = 64

    /// Chunks that stay in memory because they were loaded last: 16 MiB at most, unless messages
    /// are bigger than that.
    private static let recentChunks = 64

    /// Sets above how many bytes of messages chunks leave memory; nil is never, for a store that
    /// could not give them back.
    package mutating func setResidentMemoryMax(_ bytes: Int?) { self.residentBytesMax = bytes }

    private var isShort: Bool { self.residentBytesMax.map { self.gauge.bytes > $0 } ?? false }

    /// Drops the bytes of chunks that are not needed soon, if memory is short.
    ///
    /// - Precondition: No effect waits to be performed, for it may point into any chunk.
    mutating func evictIfShort() {
        guard self.isShort else { return }
        for id in exchange(&self.due.grown, with: []) {
            guard let slot = self.queueSlot(id) else { continue }
            let places = self.queues[slot].log.evictableAtEnd(sparing: Self.sparedChunks)
            let isDone = self.evict(places, of: slot)
            self.queues[slot].hasGrown = !isDone
            if !isDone { self.due.grown.append(id) }
        }
        guard self.isShort, self.due.grown.isEmpty else { return }
        let slots = self.queues.slots
        for _ in 0..<min(Self.sweepMax, slots.count) where self.isShort {
            self.evictionSlot += 1
            let slot = slots[self.evictionSlot % slots.count]
            guard !self.queues[slot].isDeleted else { continue }
            _ = self.evict(self.queues[slot].log.evictableAnywhere(), of: slot)
        }
    }

    /// Has a chunk that was loaded stay for a while: who asked for it comes back for it, and may
    /// need several at once.
    mutating func noteRecent(_ place: LevelledLog.ChunkPlace, of slot: Int) {
        self.queues[slot].log.setRecent(true, place)
        self.due.recent.append(
            (self.queues[slot].id, self.queues[slot].log.chunk(at: place).id))
        guard self.due.recent.count > Self.recentChunks else { return }
        let (id, chunk) = self.due.recent.removeFirst()
        guard let slot = self.queueSlot(id), let place = self.queues[slot].log.place(of: chunk)
        else { return }
        self.queues[slot].log.setRecent(false, place)
    }

    /// - Returns: Whether none of them has to wait for a commit.
    private mutating func evict(_ places: [LevelledLog.ChunkPlace], of slot: Int) -> Bool {
        var isDone = true
        for place in places {
            let chunk = self.queues[slot].log.chunk(at: place)
            guard chunk.lastCommit <= self.durableCommit.number else {
                isDone = false
                continue
            }
            switch (chunk.isVolatile, chunk.keeping) {
            case (false, _), (true, .kept): self.queues[slot].log.evict(place)
            case (true, .asked): break
            case (true, .none):
                self.queues[slot].log.setKeeping(.asked, of: place)
                self.storeEffects.append(.keepChunk(self.queues[slot].id, chunk: chunk.id))
            }
        }
        return isDone
    }

    /// The store has the bytes of a chunk as a whole, and can load them again.
    ///
    /// Called between batches; the chunk leaves memory unless it is needed meanwhile.
    package mutating func chunkKept(_ queue: QueueID, chunk: ChunkID) {
        guard let slot = self.queueSlot(queue),
            let place = self.queues[slot].log.place(of: chunk)
        else { return }
        self.queues[slot].log.setKeeping(.kept, of: place)
        if self.isShort, self.queues[slot].log.isEvictable(place) {
            self.queues[slot].log.evict(place)
        }
    }

    /// The store could not keep a chunk: it stays, until it is asked again.
    package mutating func chunkNotKept(_ queue: QueueID, chunk: ChunkID) {
        guard let slot = self.queueSlot(queue),
            let place = self.queues[slot].log.place(of: chunk)
        else { return }
        self.queues[slot].log.setKeeping(.none, of: place)
    }

    /// Has the chunks loaded that consumers will need next.
    mutating func readAhead(_ slot: Int) {
        guard self.queues[slot].log.hasEvicted, !self.queues[slot].consumers.isEmpty,
            self.queues[slot].ready > 0,
            // A stream's head is where no reader may be.
            !self.queues[slot].settings.isStream
        else { return }
        for place in self.queues[slot].log.readAhead(Self.readAheadChunks) {
            self.requestLoad(of: place, in: slot)
        }
    }
}
