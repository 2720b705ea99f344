import Store

extension Engine {
    /// Waits until everything that was done before is as durable as it shall be.
    ///
    /// - Returns: False when the disk does not take it now; then nobody knows what is on it.
    package func becomesDurable() async -> Bool {
        guard self.isAnythingOutstanding else { return true }
        if case .failing = self.health { return false }
        await withCheckedContinuation { self.durabilityWaiters.append($0) }
        if case .failing = self.health { return !self.isAnythingOutstanding }
        return true
    }
}
