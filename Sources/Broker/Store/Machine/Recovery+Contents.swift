import Core
import Messaging

/// What the broker has to know of the messages that are there, without reading more than it must.
extension Recovery {
    func contents(of definitions: StoredDefinitions) throws(StoreError) -> RecoveredContents {
        var contents = RecoveredContents()
        contents.newestIncarnation = self.machine.index.newest
        for queue in definitions.queues {
            guard let slot = self.machine.index.knownSlot(of: queue.id) else { continue }
            contents.queues.append(try self.contents(of: slot))
        }
        return contents
    }

    private func contents(of slot: Int) throws(StoreError) -> RecoveredQueue {
        let index = self.machine.index[slot]
        var queue = RecoveredQueue(id: index.id)
        queue.notes = index.notes.map { ($0.key, $0.value) }
        for (place, level) in index.levels.enumerated() {
            // After any other end every message may have been on its way to somebody.
            let cursors = self.cursors[index.id] ?? []
            let cursor = cursors.first { $0 >> 56 == level.number } ?? level.number << 56
            // Behind the end were transient messages only; their positions are used again.
            let delivered =
                self.report.wasStoppedInOrder ? min(cursor, level.end) : level.end
            var recovered = RecoveredLevel(
                end: Position(level.end), redeliveredBelow: Position(delivered))
            for (number, extent) in level.list.all.enumerated() where extent.live > 0 {
                let chunk = try self.chunk(of: extent, at: (slot, place, number))
                guard chunk.live > 0 else { continue }
                recovered.add(chunk, spanMax: self.machine.limits.extentBytes)
            }
            queue.levels.append(recovered)
        }
        return queue
    }

    /// What is in an extent; it is read only when its summary does not tell.
    private func chunk(
        of extent: Extent, at place: (slot: Int, level: Int, extent: Int)
    ) throws(StoreError) -> RecoveredChunk {
        var chunk = RecoveredChunk(
            start: Position(extent.start), end: Position(extent.end), live: Int(extent.live))
        var summary = extent.summary
        if summary == ExtentSummary() || summary.hasDead || extent.live < extent.count {
            summary = ExtentSummary()
            chunk.live = 0
            try self.machine.forEachLive(in: extent) { _, record in
                summary.add(record)
                chunk.live += 1
                if let origin = record.origin { chunk.origins[origin, default: 0] += 1 }
            }
            let (slot, level, number) = place
            self.machine.index.correct(
                live: UInt32(chunk.live), of: number, ofLevel: level, of: slot)
        }
        chunk.bodyBytes = summary.bodyBytes
        chunk.firstEnqueuedAt = Timestamp(microseconds: summary.firstEnqueuedAt)
        chunk.earliestExpiry =
            summary.earliestExpiry == .max
            ? nil : Timestamp(microseconds: summary.earliestExpiry)
        return chunk
    }
}

extension RecoveredLevel {
    /// Adds a chunk; small ones that lie close together become one.
    fileprivate mutating func add(_ chunk: RecoveredChunk, spanMax: UInt64) {
        guard let last = self.chunks.last,
            chunk.end.offset - last.start.offset <= spanMax
        else {
            self.chunks.append(chunk)
            return
        }
        var joined = last
        joined.end = chunk.end
        joined.live += chunk.live
        joined.bodyBytes += chunk.bodyBytes
        joined.earliestExpiry = [last.earliestExpiry, chunk.earliestExpiry].compactMap { $0 }.min()
        joined.origins.merge(chunk.origins, uniquingKeysWith: +)
        self.chunks[self.chunks.count - 1] = joined
    }
}

extension StoreIndex {
    /// Gives a queue what a root said of it.
    ///
    /// - Parameter slots: Slots of the root's segments.
    mutating func restore(_ queue: RootFile.Queue, in slots: [Int]) {
        let slot = self.slot(of: queue.id)
        for (key, value) in queue.notes { self.note(key, value, of: queue.id) }
        for level in queue.levels {
            let place = self[slot].level(of: level.number << 56)
            self[slot].levels[place].end = level.end
            for (extent, settled) in level.extents {
                var extent = extent
                extent.file = Int32(slots[Int(extent.file)])
                self.bitmaps.restore(settled, to: &extent)
                self.add(extent, to: queue.id)
            }
        }
    }

    /// Sets how many records of an extent are alive, once they were counted.
    mutating func correct(live: UInt32, of index: Int, ofLevel level: Int, of slot: Int) {
        let extent = self[slot].levels[level].list[index]
        guard extent.live != live else { return }
        guard live > 0 else {
            self.forget(index, ofLevel: level, of: slot)
            return
        }
        self.files[Int(extent.file)].live += Int(live) - Int(extent.live)
        self[slot].levels[level].list[index].live = live
    }
}

extension StoreMachine {
    /// Goes on with the log in a new file, or, when there is no room for one, as soon as there is.
    func continueLog(_ end: LogEnd, now: Int64) throws(StoreError) {
        self.log = LogWriter(
            number: end.number, slot: end.slot, firstSequence: 0, written: end.bytes,
            synced: end.bytes)
        self.syncedSequence = self.nextSequence - 1
        self.isLogClosed = true
        do throws(StoreError) {
            try self.rotateLog()
        } catch {
            // Without a root there is nothing to serve.
            guard case .diskFull = error, self.rootBytes > 0 else { throw error }
            self.fail(error, now: now)
            _ = self.advance(nowMicroseconds: now)  // With the room that the reserve had.
        }
    }
}
