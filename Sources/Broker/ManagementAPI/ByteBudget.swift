import NIOConcurrencyHelpers

/// Bytes that all connections together may hold for large requests and answers.
///
/// Without it each of a thousand clients could have a body as large as one may be in memory at the
/// same time, only by not going on. Used by many connections at once; guarded by a lock.
final class ByteBudget: Sendable {
    private let bytesMax: Int
    private let taken = NIOLockedValueBox(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Takes so many more; ``give(_:)`` follows when there was room.
    ///
    /// - Returns: Whether there is room. Whoever is alone has it in any case.
    func take(_ bytes: Int) -> Bool {
        self.taken.withLockedValue { taken in
            guard taken == 0 || taken + bytes <= self.bytesMax else { return false }
            taken += bytes
            return true
        }
    }

    func give(_ bytes: Int) { self.taken.withLockedValue { $0 -= bytes } }
}
