/// What a store has done since it was opened, for diagnostics.
package struct StoreTally: Hashable, Sendable {
    /// Checkpoints that came to their end.
    package var checkpoints = 0
    /// Records that checkpoints copied from log files.
    package var recordsFromLogs = 0
    /// Records that checkpoints copied on from segments of which little was left.
    package var recordsFromSegments = 0
    /// Log files that checkpoints left as they are.
    package var keptLogs = 0
    /// Log files that were begun because the one before was full or was to be checkpointed.
    package var rotatedLogs = 0
    /// Log files that were begun because a sync of the one before had failed.
    package var replacedLogs = 0
    /// Times that the disk had no room.
    package var fullDisks = 0
    /// Checkpoints that were begun on a full disk.
    package var reclaims = 0
    /// Other times that the disk failed.
    package var failures = 0

    package init() {}
}
