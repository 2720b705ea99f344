import Messaging

/// What effects point to, and the chunks that the store can take over and give back.
extension Broker {
    /// The message at a position that an effect named.
    package func record(of queue: QueueID, at position: Position) -> RecordView {
        self.resident(queue, position).view
    }

    /// The whole record at that position as it lies in the log, for the store.
    package func recordBytes(of queue: QueueID, at position: Position) -> UnsafeRawBufferPointer {
        let record = self.resident(queue, position)
        return UnsafeRawBufferPointer(start: record.base, count: record.size)
    }

    @inline(__always)
    private func resident(_ queue: QueueID, _ position: Position) -> Record {
        guard self.queues.holds(queue.slot, queue.incarnation),
            let record = self.queues[queue.index].log.record(at: position)
        else { preconditionFailure("effects name records that are resident until performed") }
        return record
    }

    /// The tag of a consumer that a delivery named, valid until ``effectsPerformed()``.
    package func tagBytes(of consumer: ConsumerID) -> UnsafeRawBufferPointer {
        precondition(
            self.consumers.holds(consumer.slot, consumer.incarnation),
            "effects name consumers that are kept until performed")
        return self.consumers[consumer.index].tagBytes.bytes
    }

    // MARK: Eviction

    /// The present incarnation of a queue; nil when there is none of that name.
    package func id(of name: QueueName, in host: VirtualHostName = .default) -> QueueID? {
        self.slot(of: name, in: host).map { self.queues[$0].id }
    }

    /// The chunks of a queue's log whose bytes are in memory and may be evicted, oldest first.
    package func evictableChunks(of queue: QueueID) -> [ChunkID] {
        guard let slot = self.queueSlot(queue) else { return [] }
        return self.queues[slot].log.evictableChunks
    }

    /// The bytes of a resident chunk, for the store to keep before ``evict(_:chunk:)``; nil when
    /// it is gone or evicted.
    ///
    /// Valid until the next call that changes the broker.
    package func chunkBytes(of queue: QueueID, chunk: ChunkID) -> UnsafeRawBufferPointer? {
        guard let slot = self.queueSlot(queue),
            let place = self.queues[slot].log.place(of: chunk),
            let memory = self.queues[slot].log.chunk(at: place).memory
        else { return nil }
        return UnsafeRawBufferPointer(start: memory.base, count: chunk.bytes)
    }

    /// Drops the bytes of a chunk from memory; the store has them and can load them again.
    ///
    /// Nothing when the chunk went meanwhile.
    ///
    /// - Precondition: No effect is waiting to be performed.
    package mutating func evict(_ queue: QueueID, chunk: ChunkID) {
        precondition(self.outboxes.isEmpty, "effects may point into any chunk")
        guard let slot = self.queueSlot(queue),
            let place = self.queues[slot].log.place(of: chunk),
            self.queues[slot].log.isEvictable(place)
        else { return }
        self.queues[slot].log.evict(place)
    }

    /// Gives an evicted chunk its bytes back, and goes on with what waited for them.
    ///
    /// Ignored when the queue or the chunk is gone meanwhile. ``endBatch(now:)`` follows.
    package mutating func chunkLoaded(
        _ queue: QueueID, chunk: ChunkID, bytes: UnsafeRawBufferPointer, now: Timestamp
    ) {
        guard let slot = self.queueSlot(queue),
            let place = self.queues[slot].log.place(of: chunk),
            self.queues[slot].log.chunk(at: place).memory == nil
        else { return }
        self.queues[slot].tally.lost += UInt64(self.queues[slot].fill(place, with: bytes))
        self.noteRecent(place, of: slot)
        self.noteDue(slot)
        if self.queues[slot].log.mayRelease { self.noteRelease(slot) }
    }

    /// Asks the store for an evicted chunk, once.
    mutating func requestLoad(of place: LevelledLog.ChunkPlace, in slot: Int) {
        guard self.queues[slot].log.beginLoading(place) else { return }
        self.storeEffects.append(
            .loadChunk(self.queues[slot].id, chunk: self.queues[slot].log.chunk(at: place).id))
    }

    mutating func requestLoad(at position: Position, in slot: Int) {
        self.requestLoad(of: self.queues[slot].log.place(of: position), in: slot)
    }

    // MARK: Release

    /// Has the memory of settled chunks freed once the batch's effects are performed.
    mutating func noteRelease(_ slot: Int) {
        guard !self.queues[slot].isReleaseDue else { return }
        self.queues[slot].isReleaseDue = true
        self.due.logs.append(self.queues[slot].id)
    }

    /// Frees what only the effects of the batch needed.
    mutating func releaseMemory() {
        for id in self.due.logs {
            guard let slot = self.queueSlot(id) else { continue }
            self.queues[slot].isReleaseDue = false
            for chunk in self.queues[slot].log.release() {
                self.storeEffects.append(.releaseChunk(id, chunk: chunk))
            }
        }
        self.due.logs.removeAll(keepingCapacity: true)
        for slot in self.due.deletedConsumers { self.consumers.remove(slot) }
        self.due.deletedConsumers.removeAll()
        for slot in self.due.deletedQueues {
            let id = self.queues[slot].id
            for chunk in self.queues[slot].log.keptChunks {
                self.storeEffects.append(.releaseChunk(id, chunk: chunk))
            }
            self.queues.remove(slot)
        }
        self.due.deletedQueues.removeAll()
        for slot in self.due.deletedHosts { self.hosts.remove(slot) }
        self.due.deletedHosts.removeAll()
    }
}
