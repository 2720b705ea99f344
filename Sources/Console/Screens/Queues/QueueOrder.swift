import BrokerLink
import Messaging

/// The order of the list of queues.
package struct QueueOrder: Equatable, Sendable {
    /// What decides which queue comes first.
    package enum Key: Hashable, Sendable {
        /// Queues with an alarm first, then those with most messages in them or dead: what a person
        /// has to look at.
        case worst
        case column(QueueColumn)
    }

    package private(set) var key = Key.worst
    package private(set) var isAscending = false

    package init() {}

    /// Sorts by this from now on; a column by the other direction when it was sorted by it already.
    package mutating func choose(_ key: Key) {
        // Who asks for the worst again wants to be sure of it.
        self.isAscending =
            self.key == key && key != .worst ? !self.isAscending : key == .column(.name)
        self.key = key
    }

    /// The names in this order, without those that a filter leaves out, and the one among them
    /// that has the worst alarm.
    ///
    /// - Parameter queues: By name, as ``SampleHistory/queues`` has them.
    /// - Complexity: O(*n* log *n*), without comparing names.
    func listed(
        of queues: [QueueTrend], filter: TextFilter
    ) -> (names: [QueueName], worst: QueueName?) {
        // Names apart from all else: they are picked out of order, which is slow over much memory.
        let names = queues.map(\.sample.name)
        var places: [(key: Double, place: Int)] = []
        places.reserveCapacity(queues.count)
        var worst: (badness: Double, place: Int)?
        for place in queues.indices {
            guard filter.isEmpty || filter.matches(names[place].text) else { continue }
            places.append((self.sortKey(of: queues[place], at: place), place))
            guard queues[place].alarm != nil else { continue }
            let badness = queues[place].badness
            if badness > worst?.badness ?? 0 { worst = (badness, place) }
        }
        // Places are in the order of names: it decides between equals.
        places.sort { $0.key < $1.key || ($0.key == $1.key && $0.place < $1.place) }
        return (places.map { names[$0.place] }, worst.map { names[$0.place] })
    }

    /// A figure that is smaller the earlier the queue comes.
    ///
    /// Inlined, as what it calls: a call would copy the whole queue to read one figure of it.
    @inline(__always)
    private func sortKey(of queue: QueueTrend, at place: Int) -> Double {
        let value: Double? =
            switch self.key {
            case .worst: queue.badness
            case .column(.name): Double(place)
            case .column(let column): column.sortKey(of: queue)
            }
        guard let value else { return .infinity }
        // Kept finite, so that queues without a value stay last in both directions.
        let finite = min(value, .greatestFiniteMagnitude)
        return self.isAscending ? finite : -finite
    }

    var words: String {
        switch self.key {
        case .worst: "worst first"
        case .column(let column): column.words
        }
    }
}

extension QueueTrend {
    /// How much a person has to look at it: an alarm outweighs any depth.
    @inline(__always)
    var badness: Double {
        (self.alarm == nil ? 0 : 1e15)
            + Double(self.sample.ready + self.sample.unacked + (self.sample.dead.figure ?? 0))
    }

    /// The age of the oldest message that is not settled, ready or unacked.
    package var oldestMicroseconds: Measured<Int64?> {
        let ready = self.sample.oldestReadyMicroseconds
        let unacked = self.sample.oldestUnackedMicroseconds
        guard let readyAge = ready.value ?? nil else { return unacked }
        guard let unackedAge = unacked.value ?? nil else { return ready }
        return readyAge >= unackedAge ? ready : unacked
    }
}
