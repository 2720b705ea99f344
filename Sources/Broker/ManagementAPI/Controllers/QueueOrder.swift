import Core

/// The figures that queues are sorted by most.
///
/// Any field can be sorted by, once it is written as JSON; these are known without that.
struct QueueOrder {
    /// Nil where a queue has no such field.
    private let figure: (QueueListing, Rates) -> Double?

    /// - Parameter path: The field, as `sort` names it.
    /// - Returns: nil for any other.
    init?(_ path: [String]?) {
        switch path {
        case ["messages"]: self.figure = { queue, _ in Double(queue.depth) }
        case ["messages_ready"]: self.figure = { queue, _ in Double(queue.figures.ready) }
        case ["messages_unacknowledged"]:
            self.figure = { queue, _ in Double(queue.figures.unacked) }
        case ["consumers"]: self.figure = { queue, _ in Double(queue.figures.consumers) }
        case ["memory"]: self.figure = { queue, _ in Double(queue.memory.bytes) }
        default:
            guard let path, path.count > 1, path[0] == "message_stats" else { return nil }
            if path.count == 2, let count = MessageCount(rawValue: path[1]) {
                self.figure = { queue, _ in Double(queue.figures.tally[count]) }
            } else if path.count == 3, path[2] == "rate", path[1].hasSuffix(Self.rateSuffix),
                let count = MessageCount(rawValue: String(path[1].dropLast(Self.rateSuffix.count)))
            {
                self.figure = { queue, rates in rates.queue(queue.id)?.messages[count] }
            } else {
                return nil
            }
        }
    }

    private static let rateSuffix = "_details"

    /// What a queue is sorted by, as its JSON has it.
    func key(of queue: QueueListing, _ rates: Rates) -> JSONText.SortKey {
        self.figure(queue, rates).map { .number($0) } ?? .missing
    }
}

extension QueueListing {
    fileprivate var depth: Int { self.figures.ready + self.figures.unacked }
}
