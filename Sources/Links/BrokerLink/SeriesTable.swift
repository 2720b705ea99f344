import Messaging

/// The series of many queues over one shared axis of time, in one block of memory.
///
///     slot 0   depth × 60 points   published × 60   consumed × 60
///     slot 1   …
///
/// A point stands for ``pointSeconds``; the block is a ring, so that moving on in time copies
/// nothing. A point that was never recorded is not a number.
struct SeriesTable: Sendable {
    static let pointSeconds = 2
    static let pointCount = 60
    private static let slotCount = SeriesKind.allCases.count * Self.pointCount

    /// What is recorded of one slot at one moment.
    struct Points {
        var depth: Float
        var published: Float
        var consumed: Float

        init(depth: Int, rates: QueueRates?) {
            self.depth = Float(depth)
            self.published = rates.map { Float($0.publishedPerSecond) } ?? .nan
            self.consumed = rates.map { Float($0.consumedPerSecond) } ?? .nan
        }
    }

    private var values: [Float] = []
    private var freeSlots: [Int] = []
    /// Points since 1970 until the newest; nil before the first sample.
    private var newest: Int64?
    /// Points that the last step in time went over, all of which the next records fill.
    private var stepCount = 1

    mutating func claimSlot() -> Int {
        if let slot = self.freeSlots.popLast() { return slot }
        let slot = self.values.count / Self.slotCount
        self.values += repeatElement(.nan, count: Self.slotCount)
        return slot
    }

    mutating func releaseSlot(_ slot: Int) {
        let start = slot * Self.slotCount
        for index in start..<(start + Self.slotCount) { self.values[index] = .nan }
        self.freeSlots.append(slot)
    }

    /// Moves the axis on; call it once a sample, before ``record(_:slot:)``.
    mutating func advance(to now: Timestamp) {
        let point = now.seconds / Int64(Self.pointSeconds)
        let steps = self.newest.map { point - $0 } ?? 1
        self.stepCount = Int(max(1, min(Int64(Self.pointCount), steps)))
        self.newest = point
    }

    /// Records a slot's values for the newest point, and for those that were stepped over: a
    /// rate is the mean since the last sample, so it holds for all of them.
    mutating func record(_ points: Points, slot: Int) {
        guard let newest = self.newest else { return }
        for back in 0..<Int64(self.stepCount) {
            self.set(.depth, points.depth, slot: slot, point: newest - back)
            self.set(.publishedPerSecond, points.published, slot: slot, point: newest - back)
            self.set(.consumedPerSecond, points.consumed, slot: slot, point: newest - back)
        }
    }

    /// The recorded points, oldest first.
    func points(_ kind: SeriesKind, slot: Int) -> [Double] {
        guard let newest = self.newest else { return [] }
        let oldest = newest - Int64(Self.pointCount) + 1
        return (oldest...newest).compactMap { point in
            let value = self.values[Self.index(kind, slot: slot, point: point)]
            return value.isNaN ? nil : Double(value)
        }
    }

    private mutating func set(_ kind: SeriesKind, _ value: Float, slot: Int, point: Int64) {
        self.values[Self.index(kind, slot: slot, point: point)] = value
    }

    private static func index(_ kind: SeriesKind, slot: Int, point: Int64) -> Int {
        slot * Self.slotCount + kind.rawValue * Self.pointCount
            + Int(point % Int64(Self.pointCount))
    }
}
