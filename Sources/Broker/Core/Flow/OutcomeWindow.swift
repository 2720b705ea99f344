import Messaging

/// How deliveries ended.
package struct OutcomeCount: Equatable {
    package var failures: UInt64 = 0
    package var outcomes: UInt64 = 0

    package init(failures: UInt64 = 0, outcomes: UInt64 = 0) {
        self.failures = failures
        self.outcomes = outcomes
    }

    /// The share that failed, 0 to 1.
    package var failureShare: Double {
        self.outcomes == 0 ? 0 : Double(self.failures) / Double(self.outcomes)
    }
}

/// How the deliveries of about the last while ended, in memory that never grows.
///
/// Ten slices: one counts while its tenth and the nine after it last, so an outcome counts for
/// nine tenths of the window at least and for the whole window at most.
///
///     │ 11 │ 12 │ 13 │ … │ 20 │      slice 21 begins: 11 is forgotten
package struct OutcomeWindow: Equatable {
    package static let slices: Int64 = 10

    private let sliceMicroseconds: Int64
    private var counts: [OutcomeCount]
    /// The number of the current slice since 1970.
    private var current: Int64 = 0
    package private(set) var total = OutcomeCount()

    package init(microseconds: Int64) {
        self.sliceMicroseconds = max(1, microseconds / Self.slices)
        self.counts = Array(repeating: OutcomeCount(), count: Int(Self.slices))
    }

    /// Counts how one ended.
    package mutating func record(isFailure: Bool, now: Timestamp) {
        self.rotate(to: now)
        let place = Int(self.current % Self.slices)
        self.counts[place].outcomes += 1
        self.total.outcomes += 1
        guard isFailure else { return }
        self.counts[place].failures += 1
        self.total.failures += 1
    }

    /// What counts at that moment.
    package func total(at now: Timestamp) -> OutcomeCount {
        var copy = self
        copy.rotate(to: now)
        return copy.total
    }

    private mutating func rotate(to now: Timestamp) {
        let slice = now.microseconds / self.sliceMicroseconds
        // A clock that jumped back finds the slice that it left.
        guard slice > self.current else { return }
        for number in max(self.current + 1, slice - Self.slices + 1)...slice {
            let place = Int(number % Self.slices)
            self.total.outcomes -= self.counts[place].outcomes
            self.total.failures -= self.counts[place].failures
            self.counts[place] = OutcomeCount()
        }
        self.current = slice
    }
}
