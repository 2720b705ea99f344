import Core
import Messaging
import Store
import TestSupport
import Testing

/// What an index has to know, kept as plainly as can be.
struct IndexModel {
    struct Run {
        let queue: QueueID
        let start: UInt64
        let end: UInt64
        let positions: [UInt64]
        var alive: Set<UInt64>
        var file: Int

        var level: UInt64 { self.start >> 56 }
    }

    /// In the order in which they came, so by position in each level.
    var runs: [Run] = []
    var notes: [QueueID: [NoteKey: [UInt8]]] = [:]
    /// Records that were settled, to be settled once more.
    var gone: [(queue: QueueID, position: UInt64)] = []

    func end(of level: UInt64, _ queue: QueueID) -> UInt64 {
        self.runs.last { $0.queue == queue && $0.level == level }?.end ?? level << 56
    }

    mutating func settle(_ position: UInt64, of queue: QueueID) {
        for index in self.runs.indices where self.runs[index].queue == queue {
            if self.runs[index].alive.remove(position) != nil {
                self.gone.append((queue, position))
            }
        }
    }

    mutating func settleReady(of queue: QueueID, from: UInt64, upTo: UInt64) {
        for run in self.runs where run.queue == queue && run.level == from >> 56 {
            for position in run.alive where (from..<upTo).contains(position) {
                self.settle(position, of: queue)
            }
        }
    }

    mutating func delete(_ queue: QueueID) {
        self.runs.removeAll { $0.queue == queue }
        self.notes[queue] = nil
    }

    /// Compares all that an index says of files, queues, levels, extents and records.
    func check(_ index: StoreIndex, files: [Int]) throws {
        for file in files {
            let here = self.runs.filter { $0.file == file && !$0.alive.isEmpty }
            try #require(index.files[file].extents == here.count)
            try #require(
                index.files[file].live == here.reduce(0) { $0 + $1.alive.count })
            let named = Set(index.files[file].queues)
            try #require(here.allSatisfy { named.contains($0.queue) })
        }
        for (queue, notes) in self.notes {
            let slot = try #require(index.knownSlot(of: queue))
            try #require(index[slot].notes == notes)
        }
        for queue in index.ids {
            let slot = try #require(index.knownSlot(of: queue))
            let levels = index[slot].levels
            try #require(levels.map(\.number) == levels.map(\.number).sorted())
            for level in levels { try self.check(level, of: queue, index.bitmaps) }
        }
        for run in self.runs { try #require(index.knownSlot(of: run.queue) != nil) }
    }

    private func check(
        _ level: QueueIndex.Level, of queue: QueueID, _ bitmaps: BitmapPool
    ) throws {
        let all = self.runs.filter { $0.queue == queue && $0.level == level.number }
        try #require(level.end == all.last?.end ?? level.number << 56)
        let alive = all.filter { !$0.alive.isEmpty }
        let found = Array(level.list.alive)
        try #require(found.map(\.start) == alive.map(\.start))
        for (extent, run) in zip(found, alive) {
            try #require(extent.end == run.end && extent.file == Int32(run.file))
            try #require(Int(extent.live) == run.alive.count)
            for position in run.positions {
                try #require(
                    bitmaps.isSettled(position, in: extent) != run.alive.contains(position))
            }
        }
    }
}
