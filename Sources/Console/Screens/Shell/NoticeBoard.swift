import BrokerLink
import Messaging

/// The notice that is shown, and for how long.
struct NoticeBoard: Sendable {
    /// Whose outcome a notice tells.
    enum Origin: Sendable {
        /// What a person began. Nobody says that again: what went wrong outlasts news of the link,
        /// and a failure stays until a key is pressed.
        case work
        /// How the link is, which the header goes on to say.
        case link
    }

    private(set) var notice: Notice?
    private var origin = Origin.work
    private var shownAt = Timestamp(microseconds: 0)

    mutating func show(_ notice: Notice, of origin: Origin = .work, at now: Timestamp) {
        guard origin == .work || !self.showsWhatFailed else { return }
        self.notice = notice
        self.origin = origin
        self.shownAt = now
    }

    mutating func clear() { self.notice = nil }

    /// Takes down what has been shown for long enough.
    mutating func clockMoved(to now: Timestamp) {
        guard let notice, self.origin == .link || notice.level != .failure else { return }
        if now.microseconds(since: self.shownAt) >= notice.level.shownMicroseconds {
            self.notice = nil
        }
    }

    private var showsWhatFailed: Bool {
        guard let notice, self.origin == .work else { return false }
        return notice.level == .warning || notice.level == .failure
    }
}

extension Notice.Level {
    /// How long it stays when no key is pressed.
    fileprivate var shownMicroseconds: Int64 {
        switch self {
        case .note, .done: 8_000_000
        case .warning, .failure: 30_000_000
        }
    }
}
