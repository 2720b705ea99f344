import NIOConcurrencyHelpers
import NIOCore

/// A channel that holds messages between two steps of a redrive, and lets go of them when no step
/// follows.
///
/// Whoever waits longer than ``idleSeconds`` has paused or forgotten the redrive. The broker ends
/// channels that hold messages for too long (RabbitMQ after half an hour), so this is well before.
///
///     busy ⇄ resting ──abandon, too long──▶ ended
///      └─abandon─▶ left ──the step ends──────┘
final class HeldChannel: Sendable {
    static let idleSeconds: Int64 = 60

    private enum State {
        /// A step is under way.
        case busy
        /// The same, and nobody waits for another one.
        case left
        case resting(Scheduled<Void>)
        case ended
    }

    let lane: LaneChannel
    /// Guarded by its own lock, which nothing else is taken under.
    private let state = NIOLockedValueBox(State.busy)

    /// Of the step that begins now.
    init(_ lane: LaneChannel) { self.lane = lane }

    /// A step begins.
    func begin() {
        let timer = self.state.withLockedValue { state -> Scheduled<Void>? in
            guard case .resting(let timer) = state else { return nil }
            state = .busy
            return timer
        }
        timer?.cancel()
    }

    /// A step has ended; another one is to follow soon.
    func rest() {
        let lane = self.lane
        let scheduled = lane.client.eventLoop.scheduleTask(in: .seconds(Self.idleSeconds)) {
            lane.close()
        }
        let goesOn = self.state.withLockedValue { state in
            guard case .busy = state else { return false }
            state = .resting(scheduled)
            return true
        }
        guard !goesOn else { return }
        scheduled.cancel()
        self.end()
    }

    /// Nobody waits for another step: what is held goes back after the one under way.
    func abandon() {
        let isBusy = self.state.withLockedValue { state in
            guard case .busy = state else { return false }
            state = .left
            return true
        }
        if !isBusy { self.end() }
    }

    /// Puts back what is held and closes.
    func end() {
        switch self.state.withLockedValue({ exchange(&$0, with: .ended) }) {
        case .ended: return
        case .resting(let timer): timer.cancel()
        case .busy, .left: break
        }
        self.lane.close()
    }
}
