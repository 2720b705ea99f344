/// When the next sample is taken: regularly, at once when asked, and never two at a time.
///
/// ```
///            due(same turn), wanted             finished
///  waiting ─────────────────────────▶ sampling ──────────▶ waiting, next turn
///                                        │ ▲
///                                 wanted └─┘ and once more when finished
/// ```
package struct SamplingSchedule: Equatable {
    package enum Action: Equatable {
        case nothing
        case sample
        /// Come back with ``due(turn:)`` after so many seconds.
        case wait(seconds: Double, turn: Int)
    }

    private enum State: Equatable {
        case waiting
        case sampling(again: Bool)
    }

    private var state = State.waiting
    private var refreshSeconds: Double
    /// A timer of an earlier turn is late and means nothing.
    private var turn = 0

    /// - Parameter refreshSeconds: From the end of a sample to the next one.
    package init(refreshSeconds: Double) { self.refreshSeconds = refreshSeconds }

    /// Whether the next sample, and so the next frame, is less than a second away.
    package var samplesWithinASecond: Bool {
        self.state == .waiting && self.turn > 0 && self.refreshSeconds <= 1
    }

    /// Somebody wants a sample now.
    package mutating func wanted() -> Action {
        switch self.state {
        case .waiting: return self.begin()
        case .sampling:
            self.state = .sampling(again: true)
            return .nothing
        }
    }

    /// The timer of a turn has come.
    package mutating func due(turn: Int) -> Action {
        guard self.state == .waiting, turn == self.turn else { return .nothing }
        return self.begin()
    }

    /// The sample under way has come, or failed.
    package mutating func finished() -> Action {
        if self.state == .sampling(again: true) { return self.begin() }
        self.state = .waiting
        return .wait(seconds: self.refreshSeconds, turn: self.turn)
    }

    /// Nobody looks any more: no sample follows the one under way until one is wanted.
    package mutating func parked() {
        self.state = .waiting
        self.turn += 1
    }

    /// The interval is another one from now on; waiting starts again.
    package mutating func refreshChanged(to seconds: Double) -> Action {
        self.refreshSeconds = seconds
        guard self.state == .waiting else { return .nothing }
        self.turn += 1
        return .wait(seconds: seconds, turn: self.turn)
    }

    private mutating func begin() -> Action {
        self.turn += 1
        self.state = .sampling(again: false)
        return .sample
    }
}
