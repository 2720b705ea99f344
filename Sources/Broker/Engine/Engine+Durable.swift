import Store

extension Engine {
    /// Waits until everything that was done before is as durable as it shall be.
    ///
    /// - Returns: False when the disk does not take it now; then nobody knows what is on it.
    package func becomesDurable() async -> Bool {
        guard self.isAnythingOutstanding else { return true }
        if self.health.takesNothing { return false }
        await withCheckedContinuation { self.durabilityWaiters.append($0) }
        if self.health.takesNothing { return !self.isAnythingOutstanding }
        return true
    }
}

extension StoreHealth {
    /// Whether what is given to the store now may stay in memory.
    var takesNothing: Bool {
        switch self {
        case .fine, .low: false
        case .full, .failing: true
        }
    }
}
