/// How large the batches of a move are, and how long one waits for the next.
struct BatchPace: Equatable, Sendable {
    private static let perSecond = 10

    /// Messages of one batch: of a rate, a tenth of what a second may have.
    let count: Int
    /// Nil where no rate was wished for.
    let pauseSeconds: Double?

    /// - Parameters:
    ///   - rate: Messages a second at most; nil is as fast as it goes.
    ///   - countMax: Messages of a batch at most.
    init(perSecondMax rate: Int?, countMax: Int) {
        guard let rate else {
            (self.count, self.pauseSeconds) = (countMax, nil)
            return
        }
        self.count = min(countMax, max(1, rate / Self.perSecond))
        self.pauseSeconds = Double(self.count) / Double(max(1, rate))
    }
}
