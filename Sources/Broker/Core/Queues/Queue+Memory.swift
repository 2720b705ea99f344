import Messaging

/// What of a queue is in memory.
package struct QueueMemory: Hashable, Sendable {
    /// Bytes that hold messages, settled ones between them included.
    package var bytes: Int
    /// Messages that are not settled and in memory.
    package var messages: Int
    /// Those whose bytes only the store has.
    package var evictedMessages: Int
}

extension Queue {
    /// - Complexity: O(chunks).
    var memory: QueueMemory {
        var memory = QueueMemory(bytes: 0, messages: 0, evictedMessages: 0)
        for level in self.log.levels {
            for chunk in level.chunks {
                memory.bytes += chunk.capacity
                if chunk.memory == nil {
                    memory.evictedMessages += chunk.live
                } else {
                    memory.messages += chunk.live
                }
            }
        }
        return memory
    }

    /// The property `timestamp` of the first ready message, where it is in memory and has one.
    mutating func headTimestampSeconds() -> UInt64? {
        guard self.ready > 0, self.stream == nil else { return nil }
        if let entry = self.firstRequeued() {
            return self.log.record(at: entry.position)?.view.timestampSeconds
        }
        guard case .record(_, let record) = self.log.head() else { return nil }
        return record.view.timestampSeconds
    }
}

extension RecordView {
    fileprivate var timestampSeconds: UInt64? {
        let properties = self.properties
        // The flags come first: without the one of the timestamp nothing is decoded.
        guard properties.count >= 2,
            properties.loadUnaligned(as: UInt16.self).bigEndian & MessageProperties.timestampFlag
                != 0
        else { return nil }
        return (try? MessageProperties(decoding: properties))?.timestampSeconds
    }
}
