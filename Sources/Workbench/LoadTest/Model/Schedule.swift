import Messaging

/// When each message of a stream is due: the plan of an open load, which waits for no answer.
///
/// The n-th message is due when the profile's integral, times the scale, reaches n. Latencies
/// count from there, so a stall of the broker or of the generator shows in all the messages it
/// held up, not only in the one that was under way (no coordinated omission).
///
/// A change of scale begins a new piece of the plan. Messages planned before it keep their times,
/// also when they have not been taken yet:
/// ```
/// planned │          piece 2: from (t1, n1) at the new scale
///      n1 ┼ ─ ─ ─╱‾‾
///         │    ╱
///         │  ╱   piece 1
///         └──────┼───────── time
///                t1
/// ```
package struct Schedule: Sendable {
    /// One message of the plan.
    package struct Planned: Hashable, Sendable {
        /// Which message of the stream it is, from 1.
        package let number: UInt64
        package let due: Timestamp
    }

    /// A part of the plan during which the scale did not change.
    private struct Piece {
        var start: Timestamp
        /// Messages planned up to its start; not a whole number.
        var planned: Double
        var scale: Double
    }

    /// What is due later than a century from the start is never due; it would not fit a timestamp.
    private static let secondsMax = 3e9

    private let profile: LoadProfile
    private let origin: Timestamp
    /// The piece that the next message to take lies in, and the later ones.
    private var pieces: [Piece]
    private var takenTotal: UInt64 = 0
    /// When the next message is due; nil when the plan has no further one at this scale.
    package private(set) var nextDue: Timestamp?

    /// A plan that follows `profile`, `scale` times as fast.
    package init(profile: LoadProfile, start: Timestamp, scale: Double = 1) {
        precondition(scale >= 0, "time cannot run backwards")
        self.profile = profile
        self.origin = start
        self.pieces = [Piece(start: start, planned: 0, scale: scale)]
        self.nextDue = self.findNextDue()
    }

    /// The next message if it is due by now; each message is taken once, in order.
    ///
    /// - Complexity: constant, but for pieces that lie behind.
    package mutating func takeDue(now: Timestamp) -> Planned? {
        guard let due = self.nextDue, due <= now else { return nil }
        self.takenTotal += 1
        self.nextDue = self.findNextDue()
        return Planned(number: self.takenTotal, due: due)
    }

    /// Goes on at `scale` times the profile's rate from now on.
    package mutating func setScale(_ scale: Double, now: Timestamp) {
        precondition(scale >= 0, "time cannot run backwards")
        let last = self.pieces[self.pieces.count - 1]
        let piece = Piece(
            start: max(now, last.start), planned: self.planned(by: now, in: last), scale: scale)
        // A piece that holds no message may go, so that a key held down leaves no trail.
        if piece.planned.rounded(.up) == last.planned.rounded(.up) {
            self.pieces.removeLast()
        }
        self.pieces.append(piece)
        self.nextDue = self.findNextDue()
    }

    /// How many messages should have been sent by then, at least as many as were taken.
    package func plannedTotal(now: Timestamp) -> UInt64 {
        let piece = self.pieces.last { $0.start <= now } ?? self.pieces[0]
        // A message due at this very moment counts, whatever the last bit of the division says.
        let planned = (self.planned(by: now, in: piece) + 1e-6).rounded(.down)
        return max(self.takenTotal, UInt64(planned))
    }

    /// Messages a second that the plan has at that moment.
    package func ratePerSecond(now: Timestamp) -> Double {
        self.profile.rate(at: self.seconds(now)) * self.pieces[self.pieces.count - 1].scale
    }
}

extension Schedule {
    private func seconds(_ time: Timestamp) -> Double {
        Double(time.microseconds(since: self.origin)) / 1e6
    }

    private func planned(by time: Timestamp, in piece: Piece) -> Double {
        let inProfile =
            self.profile.messages(within: self.seconds(time))
            - self.profile.messages(within: self.seconds(piece.start))
        return piece.planned + max(0, inProfile) * piece.scale
    }

    /// When the first message that was not taken is due; leaves the pieces before it behind.
    ///
    /// A piece holds the messages from its own count up to the next one's.
    private mutating func findNextDue() -> Timestamp? {
        let number = self.takenTotal + 1
        while self.pieces.count > 1, Double(number) >= self.pieces[1].planned {
            self.pieces.removeFirst()
        }
        return self.due(of: number, in: self.pieces[0])
    }

    private func due(of number: UInt64, in piece: Piece) -> Timestamp? {
        guard piece.scale > 0 else { return nil }
        let missing = max(0, Double(number) - piece.planned) / piece.scale
        let startsAt = self.profile.messages(within: self.seconds(piece.start))
        guard let seconds = self.profile.seconds(until: startsAt + missing),
            seconds < Self.secondsMax
        else { return nil }
        let due = self.origin.adding(microseconds: Int64((seconds * 1e6).rounded(.up)))
        return max(due, piece.start)
    }
}
