import NIOConcurrencyHelpers
import NIOCore

/// A channel that holds messages between two steps of a redrive, and lets go of them when no step
/// follows.
///
/// Whoever waits longer than ``idleSeconds`` has paused or forgotten the redrive. The broker ends
/// channels that hold messages for too long (RabbitMQ after half an hour), so this is well before.
final class HeldChannel: Sendable {
    static let idleSeconds: Int64 = 60

    let lane: LaneChannel
    /// Guarded by its own lock, which nothing else is taken under.
    private let timer = NIOLockedValueBox<Scheduled<Void>?>(nil)

    init(_ lane: LaneChannel) { self.lane = lane }

    /// A step begins.
    func begin() { self.timer.withLockedValue { exchange(&$0, with: nil)?.cancel() } }

    /// A step has ended; another one is to follow soon.
    func rest() {
        let lane = self.lane
        let scheduled = lane.client.eventLoop.scheduleTask(in: .seconds(Self.idleSeconds)) {
            lane.close()
        }
        self.timer.withLockedValue { exchange(&$0, with: scheduled)?.cancel() }
    }

    /// Puts back what is held and closes.
    func end() {
        self.begin()
        self.lane.close()
    }
}
