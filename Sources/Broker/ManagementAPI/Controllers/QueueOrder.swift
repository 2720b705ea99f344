import Core

/// An order of queues by one of the figures that they are sorted by most.
///
/// Any field can be sorted by, once all queues are written as JSON; with these, only those of the
/// page that is asked for are.
struct QueueOrder {
    private let figure: @Sendable (QueueFigures) -> Int

    /// - Parameter path: The field, as `sort` names it.
    /// - Returns: nil for any other.
    init?(_ path: [String]?) {
        switch path {
        case ["messages"]: self.figure = { $0.ready + $0.unacked }
        case ["messages_ready"]: self.figure = { $0.ready }
        case ["messages_unacknowledged"]: self.figure = { $0.unacked }
        case ["consumers"]: self.figure = { $0.consumers }
        default: return nil
        }
    }

    /// The same queues from the fewest to the most; equal ones as they came.
    func sorted(_ queues: [QueueListing]) -> [QueueListing] {
        let keys = queues.map { self.figure($0.figures) }
        let order = queues.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        return order.map { queues[$0] }
    }
}
