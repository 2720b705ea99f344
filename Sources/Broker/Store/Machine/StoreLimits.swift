/// Sizes and times of the store.
package struct StoreLimits: Sendable {
    /// Bytes of one log file before the next begins. The log holds this much, and what comes
    /// while it is being checkpointed.
    package var logFileBytes: UInt64 = 67_108_864
    /// Bytes of one segment file.
    package var segmentFileBytes: UInt64 = 67_108_864
    /// Bytes that a checkpoint copies between two group commits.
    package var sliceBytes = 4_194_304
    /// Positions that one extent spans at most, unless a single record is bigger.
    package var extentBytes: UInt64 = 262_144
    /// Extents in the log, each of which costs memory, before a checkpoint begins.
    package var logExtentsMax = 200_000
    /// How long what nobody waits for may stay unsynced.
    package var syncIntervalMicroseconds: Int64 = 200_000
    /// Bytes that may be unsynced; they are kept in memory until they are synced.
    package var unsyncedBytesMax = 8_388_608
    /// How long to wait after a failure before the next try.
    package var retryMicroseconds: Int64 = 500_000
    /// Free bytes below which publishers are blocked.
    package var freeBytesMin: UInt64 = 50_000_000
    /// Bytes that are kept for the store's own use when the disk runs full, a sixteenth of the disk
    /// at most; see ``Reserve``.
    package var reserveBytes: UInt64 = 4_194_304
    /// Bytes by which files of a checkpoint may take more than is in them: half-filled blocks.
    package var slackBytes: UInt64 = 16_384
    /// Share of a segment's records that are still there below which these are copied on, so that
    /// the disk holds at most twice the messages, one segment and the log.
    package var liveShareMin = 0.5
    /// Share of a log file's bytes that must be alive for a checkpoint to leave it as it is.
    package var keptLogShareMin = 0.9
    /// Bytes that the extents of such a file have on average at least.
    package var keptLogExtentBytesMin: UInt64 = 32_768

    package init() {}
}
