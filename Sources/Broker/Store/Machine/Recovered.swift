import Core
import Messaging

/// What a broker begins with.
package struct Recovered: Sendable {
    package var definitions: StoredDefinitions
    package var contents: RecoveredContents
    package var report: RecoveryReport
}

/// What was found and done when a store was opened.
package struct RecoveryReport: Hashable, Sendable {
    /// The broker before had stopped in order, or there was none.
    package var wasStoppedInOrder = true
    package var batches = 0
    package var logBytes: UInt64 = 0
    /// Bytes at the log's end that no sync had reached: they were cut off.
    package var tornBytes: UInt64 = 0
    package var damages: [DamageReport] = []
    /// Files that nothing refers to, which were removed.
    package var orphans: [String] = []
}
