/// How fast something is to be done: a figure of a ``Dialog`` that `+` and `-` change.
package struct DialogPace: Equatable, Sendable {
    /// What the keys step through; above the last it goes as fast as it can.
    private static let steps = [1, 5, 10, 50, 100, 500, 1_000, 5_000]
    /// Fewer are done in a moment, whatever becomes of them.
    private static let countMin = 50
    /// So many go at once; of more, consumers that fail again have time to show it.
    private static let atOnceMax = 1_000

    /// How many messages it is about.
    let count: Int
    /// Messages a second; nil is as fast as it goes.
    private(set) var perSecondMax: Int?

    /// - Parameter count: How many messages it is about; nil comes of too few to choose for.
    package init?(for count: Int) {
        guard count >= Self.countMin else { return nil }
        self.count = count
        self.perSecondMax = count > Self.atOnceMax ? 1_000 : nil
    }

    mutating func slower() {
        guard let rate = self.perSecondMax else { return self.perSecondMax = Self.steps.last }
        self.perSecondMax = Self.steps.last { $0 < rate } ?? rate
    }

    mutating func faster() {
        guard let rate = self.perSecondMax else { return }
        self.perSecondMax = Self.steps.first { $0 > rate }
    }

    /// Such as `at most 100/s, 8m 20s in all`.
    var label: String {
        guard let rate = self.perSecondMax else { return "as fast as it goes" }
        let seconds = Double(self.count) / Double(rate)
        return "at most \(Figures.count(rate))/s, \(Figures.duration(seconds: seconds)) in all"
    }
}

extension ConsoleEffect {
    /// The effect at the pace that a person chose.
    func with(_ pace: DialogPace) -> ConsoleEffect {
        guard case .redrive(var plan) = self else { return self }
        plan.perSecondMax = pace.perSecondMax
        return .redrive(plan)
    }
}
