import Messaging

/// The series of many queues over one shared axis of time.
///
///               slot 0   slot 1   slot 2   …
///     point 0     ·        ·
///     point 1     ·        ·        ·        (slot 2 was claimed here)
///     …
///
/// A row holds what was recorded of every slot for ``pointSeconds``; the rows are a ring. A row
/// is replaced as a whole and never written to, so that copies of a table share all the rows that
/// they have in common.
struct SeriesTable: Sendable {
    static let pointSeconds = 2
    static let pointCount = 60

    /// What is recorded of one slot at one moment; not a number where nothing is known.
    struct Points: Sendable {
        static let unknown = Points(depth: .nan, published: .nan, consumed: .nan)

        var depth: Float
        var published: Float
        var consumed: Float

        private init(depth: Float, published: Float, consumed: Float) {
            self.depth = depth
            self.published = published
            self.consumed = consumed
        }

        init(depth: Int?, rates: QueueRates?) {
            self.depth = depth.map { Float($0) } ?? .nan
            self.published = rates?.publishedPerSecond.map { Float($0) } ?? .nan
            self.consumed = rates?.consumedPerSecond.map { Float($0) } ?? .nan
        }

        subscript(kind: SeriesKind) -> Float {
            switch kind {
            case .depth: self.depth
            case .publishedPerSecond: self.published
            case .consumedPerSecond: self.consumed
            }
        }
    }

    /// An older row may end before a slot that was claimed later.
    private var rows: [[Points]] = Array(repeating: [], count: Self.pointCount)
    /// The first point of each slot; what a former owner recorded lies before it.
    private var firstPoints: [Int64] = []
    private var freeSlots: [Int] = []
    /// Points since 1970 until the newest; nil before the first sample.
    private var newest: Int64?
    /// Points that the last step in time went over, all of which the next row fills.
    private var stepCount = 1

    mutating func claimSlot() -> Int {
        let firstPoint = self.newest.map { $0 - Int64(self.stepCount) + 1 } ?? 0
        guard let slot = self.freeSlots.popLast() else {
            self.firstPoints.append(firstPoint)
            return self.firstPoints.count - 1
        }
        self.firstPoints[slot] = firstPoint
        return slot
    }

    mutating func releaseSlot(_ slot: Int) { self.freeSlots.append(slot) }

    /// Moves the axis on; call it once a sample, before slots are claimed and a row is recorded.
    mutating func advance(to now: Timestamp) {
        let point = now.seconds / Int64(Self.pointSeconds)
        let steps = self.newest.map { point - $0 } ?? 1
        self.stepCount = Int(max(1, min(Int64(Self.pointCount), steps)))
        self.newest = point
    }

    /// A row of as many slots as there are, with nothing known.
    var blankRow: [Points] { Array(repeating: .unknown, count: self.firstPoints.count) }

    /// Records a row for the newest point, and for those that were stepped over: a rate is the
    /// mean since the last sample, so it holds for all of them.
    mutating func record(_ row: [Points]) {
        guard let newest = self.newest else { return }
        for back in 0..<Int64(self.stepCount) { self.rows[Self.index(newest - back)] = row }
    }

    /// The recorded points, oldest first.
    func points(_ kind: SeriesKind, slot: Int) -> [Double] {
        guard let newest = self.newest else { return [] }
        let oldest = max(newest - Int64(Self.pointCount) + 1, self.firstPoints[slot])
        return (oldest...newest).compactMap { point in
            let row = self.rows[Self.index(point)]
            guard slot < row.count, case let value = row[slot][kind], !value.isNaN else {
                return nil
            }
            return Double(value)
        }
    }

    private static func index(_ point: Int64) -> Int { Int(point % Int64(Self.pointCount)) }
}
