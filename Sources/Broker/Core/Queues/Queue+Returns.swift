import Messaging

extension Queue {
    /// How often a ready message was returned.
    func returns(of position: Position) -> UInt32 {
        guard self.settings.type == .quorum else { return 0 }
        return self.requeued.entry(at: position)?.returns ?? self.restoredReturns[position] ?? 0
    }

    /// Gives a message that is taken for the first time since a restart the count it had.
    mutating func takeRestoredReturns(_ taken: inout Taken) {
        guard let returns = self.restoredReturns.removeValue(forKey: taken.position) else {
            return
        }
        taken.returns = returns
        taken.isRedelivered = true
    }
}
