import Messaging

/// Finding one's way in a log that is a stream: by offset, by time, and past what was dropped.
extension QueueLog {
    /// The first chunk that was not dropped; the number of chunks when there is none.
    var firstKept: Int { self.chunks.firstIndex { $0.live > 0 } ?? self.chunks.count }

    /// The chunk that holds a stream's offset: the last one that does not begin behind it.
    func chunkIndex(ofStreamOffset offset: UInt64) -> Int {
        self.lastChunk { $0.firstOffset <= offset }
    }

    /// The chunk in which the first record lies that is not older than that, or the one before it.
    ///
    /// Where the clock was set back it is a chunk near there.
    func chunkIndex(notBefore time: Timestamp) -> Int {
        self.lastChunk { $0.firstEnqueuedAt < time }
    }

    /// The last of the kept chunks of which something holds that holds for none behind it.
    private func lastChunk(where holds: (Chunk) -> Bool) -> Int {
        let first = self.firstKept
        var low = first
        var high = self.chunks.count
        while low < high {
            let middle = (low + high) / 2
            if holds(self.chunks[middle]) { low = middle + 1 } else { high = middle }
        }
        return max(first, low - 1)
    }
}
