import LoadTest

/// Rates of a run over its last two minutes, from the counters of successive snapshots.
package struct LoadSeries: Equatable, Sendable {
    /// Messages a second between two snapshots.
    package struct Point: Equatable, Sendable {
        package var planned: Double
        package var sent: Double
        package var confirmed: Double
        package var acked: Double
    }

    /// Points that are kept: two minutes.
    package static let pointsMax = 120
    /// Snapshots that come closer to one another are skipped: counts of a moment make poor rates.
    static let microsecondsMin: Int64 = 900_000

    package private(set) var points: [Point] = []
    private var last: LoadSnapshot?

    package init() {}

    /// Takes in the newest snapshot.
    package mutating func take(_ snapshot: LoadSnapshot) {
        guard let last = self.last, last.run == snapshot.run,
            last.elapsedMicroseconds <= snapshot.elapsedMicroseconds
        else {
            self.points = []
            self.last = snapshot
            return
        }
        let elapsed = snapshot.elapsedMicroseconds - last.elapsedMicroseconds
        guard elapsed >= Self.microsecondsMin else { return }
        func rate(_ total: KeyPath<LoadSnapshot, UInt64>) -> Double {
            let (before, after) = (last[keyPath: total], snapshot[keyPath: total])
            return after > before ? Double(after - before) * 1e6 / Double(elapsed) : 0
        }
        self.points.append(
            Point(
                planned: rate(\.plannedTotal), sent: rate(\.sentTotal),
                confirmed: rate(\.confirmedTotal), acked: rate(\.ackedTotal)))
        if self.points.count > Self.pointsMax { self.points.removeFirst() }
        self.last = snapshot
    }
}
