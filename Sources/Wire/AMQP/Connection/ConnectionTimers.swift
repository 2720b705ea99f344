import Messaging

/// What a driver does after a tick.
package enum TickAction: Hashable, Sendable {
    /// Tick again after so long.
    case wait(nanoseconds: Int64)
    /// The peer is silent or hangs: the socket is closed without a word, as RabbitMQ does.
    case close(TimeoutKind)
}

/// Which wait has taken too long.
package enum TimeoutKind: Hashable, Sendable {
    /// The handshake was not finished within ten seconds.
    case handshake
    /// Nothing came for two heartbeat intervals.
    case heartbeat
    /// The peer did not confirm a close, or was to be given time to read why it is cut off.
    case close
}

/// Measures silence and hanging phases from the ticks alone.
///
/// Nothing here runs between ticks: `receive` only leaves a mark that something came, so times are
/// exact to one tick, which is half a heartbeat interval or less.
struct ConnectionTimers {
    /// What the connection is waiting for.
    enum Phase: Equatable {
        case handshake
        case running
        case closing
        /// An error was sent to a peer whose stream is out of step: it gets time to read it.
        case lingering
    }

    enum Action: Equatable {
        case nothing
        case sendHeartbeat
        case close(TimeoutKind)
    }

    static let handshakeNanoseconds: Int64 = 10 * second
    static let lingeringNanoseconds: Int64 = 3 * second
    /// The longest wait for a `close-ok`, and without heartbeats the only one.
    static let closeNanosecondsMax: Int64 = 30 * second
    private static let second: Int64 = 1_000_000_000

    /// Set by every `receive` that brought bytes.
    var hasReceived = false
    private var phase = Phase.handshake
    private var phaseSince: Int64?
    private var receivedAt: Int64?
    private var sentAt: Int64?

    /// - Parameter heartbeatSeconds: The tuned interval; zero for none.
    mutating func tick(
        now: Int64, phase: Phase, heartbeatSeconds: UInt16
    ) -> (action: Action, waitNanoseconds: Int64) {
        if phase != self.phase || self.phaseSince == nil {
            self.phase = phase
            self.phaseSince = now
            self.receivedAt = now
            self.sentAt = now
        }
        if self.hasReceived { self.receivedAt = now }
        self.hasReceived = false
        let age = now - self.phaseSince!
        let interval = Int64(heartbeatSeconds) * Self.second
        switch phase {
        case .handshake: return Self.deadline(age, Self.handshakeNanoseconds, .handshake)
        case .lingering: return Self.deadline(age, Self.lingeringNanoseconds, .close)
        case .closing:
            let most = interval == 0 ? .max : interval
            return Self.deadline(age, min(most, Self.closeNanosecondsMax), .close)
        case .running:
            // Without heartbeats a tick is needed only to notice that the phase changed.
            guard interval > 0 else { return (.nothing, Self.closeNanosecondsMax) }
            return self.heartbeat(now: now, interval: interval)
        }
    }

    private mutating func heartbeat(
        now: Int64, interval: Int64
    ) -> (action: Action, waitNanoseconds: Int64) {
        if now - self.receivedAt! >= 2 * interval { return (.close(.heartbeat), 0) }
        // Half an interval apart, so that a late tick still keeps the peer's two intervals.
        let wait = self.sentAt! + interval / 2 - now
        guard wait <= 0 else { return (.nothing, wait) }
        self.sentAt = now
        return (.sendHeartbeat, interval / 2)
    }

    private static func deadline(
        _ age: Int64, _ limit: Int64, _ kind: TimeoutKind
    ) -> (action: Action, waitNanoseconds: Int64) {
        age >= limit ? (.close(kind), 0) : (.nothing, limit - age)
    }
}
