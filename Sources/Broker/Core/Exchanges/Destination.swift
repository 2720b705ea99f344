/// Where a binding leads: a queue or another exchange, by its slot.
enum Destination: Hashable {
    case queue(Int)
    case exchange(Int)
}

/// Destinations, each with how many bindings lead there.
///
/// Bindings that differ in what a type of exchange does not look at, such as two keys of a fanout
/// exchange, count one destination twice, so that it stays until the last of them goes.
struct DestinationCounts {
    private var counts: [Destination: Int] = [:]

    var isEmpty: Bool { self.counts.isEmpty }
    var all: Dictionary<Destination, Int>.Keys { self.counts.keys }

    mutating func add(_ destination: Destination) { self.counts[destination, default: 0] += 1 }

    mutating func remove(_ destination: Destination) {
        guard let count = self.counts[destination] else { return }
        self.counts[destination] = count > 1 ? count - 1 : nil
    }
}
