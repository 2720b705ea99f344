/// Keeps data from being drawn more than ten times a second.
///
/// A person cannot read faster, and drawing costs more than anything else the console does.
package struct FramePacing: Equatable {
    package enum Action: Equatable {
        case nothing
        case draw
        /// Draw after so many seconds.
        case wait(seconds: Double)
    }

    /// Seconds between two frames that show data.
    package static let secondsMin = 0.1

    private var drawnAt = -Double.infinity
    private var isWaiting = false

    package init() {}

    /// Something changed that may be drawn a little later.
    package mutating func wanted(at seconds: Double) -> Action {
        if self.isWaiting { return .nothing }
        let wait = self.drawnAt + Self.secondsMin - seconds
        guard wait > 0 else { return .draw }
        self.isWaiting = true
        return .wait(seconds: wait)
    }

    /// A frame is drawn, for whatever reason.
    package mutating func drawn(at seconds: Double) {
        self.drawnAt = seconds
        self.isWaiting = false
    }

    /// A frame would have shown nothing new, and was not drawn.
    package mutating func skipped() { self.isWaiting = false }
}
