/// How the disk is that durable messages lie on, as the store reports it.
///
/// While it is not fine, publishers are blocked and consumers go on, so that room comes back.
package enum DiskState: Hashable, Sendable {
    case fine
    /// Less is free than the store wants to keep.
    case low(freeBytes: UInt64, limitBytes: UInt64)
    /// Writing or reading fails; why, as a sentence.
    case failing(reason: String)
}
