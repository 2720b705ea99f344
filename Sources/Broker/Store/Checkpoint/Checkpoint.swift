import Core

/// A checkpoint under way: what is alive in some files is copied to a segment, slice by slice, and
/// then a new root makes these files superfluous.
///
/// A log file that is hardly anything but what is alive, in large pieces, is not copied: the root
/// names it as a segment. So a backlog is written once.
///
/// Nothing is referred to before it is synced: a slice is written and synced, then the index
/// points to it. Until the root is replaced, the old root and the old files would tell the same.
struct Checkpoint {
    /// Slots of the files that are to go.
    let sources: Set<Int32>
    /// Queues that have records in them.
    let queues: [QueueID]
    /// How many of them are done.
    var queuesDone = 0
    /// In the queue that is under way: the level, and from where on it is to be read.
    var level: UInt64 = 0
    var position: UInt64 = 0
}

/// The segment that a checkpoint writes to.
package struct SegmentWriter {
    package let slot: Int
    /// Up to where it is written and synced.
    package var bytes: UInt64

    package init(slot: Int, bytes: UInt64) {
        self.slot = slot
        self.bytes = bytes
    }
}
