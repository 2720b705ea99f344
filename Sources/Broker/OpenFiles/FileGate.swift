import Engine
import Glibc
import NIOConcurrencyHelpers
import NIOCore

/// Refuses new clients while the process may open hardly more files, so that those which it has,
/// and the store, find the few that they need.
///
///     admits ── the next file would be one of the spared ──> refuses, with an alarm
///        ^                                                       │ looks once a second
///        └───────────── there are more than these again ─────────┘
///
/// All listeners of a process stand behind one gate. The management API gets half of what the
/// broker's clients have to leave, so that an operator can look at what takes the files:
///
///     0 ─────── every client ───────┬── management API only ──┬── nobody ── limit
///
/// Without it an accept that fails leaves the client waiting for its own timeout, and the loop
/// trying again at once without end. Worse, Dispatch looks into `/proc` for its threads now and
/// then, and ends a process that has no file left for that.
package final class FileGate: Sendable {
    /// Which listener a client has come to.
    package enum Door: Sendable {
        case broker, management
    }

    /// Files that the broker's clients do not get, at most a quarter of all.
    static let sparedMax = 32
    static let interval = TimeAmount.seconds(1)

    /// That a client has to go again, because there are no files for it.
    package struct Refusal: Error {}

    private let engine: Engine
    private let isShort = NIOLockedValueBox(false)

    /// - Parameter engine: Hears when files run out, and when there are some again.
    package init(telling engine: Engine) {
        self.engine = engine
    }

    /// - Throws: ``Refusal`` when the client that has just come is to go again.
    package func admit(to door: Door) throws {
        if Self.hasFiles(for: door) { return }
        self.ranOut()
        throw Refusal()
    }

    /// Stands in a listener's pipeline: accepts nobody for a while when the system had no file for
    /// a client, because others may have taken the last one all the same.
    package var acceptBackoff: AcceptBackoffHandler {
        AcceptBackoffHandler { self.backoff(after: $0) }
    }

    /// How long to accept nobody; nil after errors that say nothing about files.
    private func backoff(after error: IOError) -> TimeAmount? {
        guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) else { return nil }
        self.ranOut()
        return Self.interval
    }

    /// Raises the alarm, if it is not, and ends it when there are files for everybody again.
    private func ranOut() {
        guard self.becomes(short: true) else { return }
        self.engine.loop.scheduleRepeatedTask(
            initialDelay: Self.interval, delay: Self.interval
        ) { task in
            guard Self.hasFiles(for: .broker) else { return }
            task.cancel()
            _ = self.becomes(short: false)
        }
    }

    /// Tells the engine, in the order in which listeners on several loops find it out.
    ///
    /// - Returns: Whether that is news.
    private func becomes(short isShort: Bool) -> Bool {
        self.isShort.withLockedValue { wasShort in
            guard exchange(&wasShort, with: isShort) != isShort else { return false }
            let engine = self.engine
            engine.loop.execute { engine.assumeIsolated { $0.setFilesShort(isShort) } }
            return true
        }
    }

    /// The system gives the lowest descriptor that is free, so that all below are in use.
    private static func hasFiles(for door: Door) -> Bool {
        let next = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard next >= 0 else { return false }
        close(next)
        return Int(next) < self.firstSpared(from: door)
    }

    /// The lowest descriptor that is spared: as the limit is now, which an administrator may raise
    /// while the process runs.
    private static func firstSpared(from door: Door) -> Int {
        var files = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 else {
            return .max
        }
        let count = Int(clamping: files.rlim_cur)
        let spared = min(self.sparedMax, count / 4)
        return switch door {
        case .broker: count - spared
        case .management: count - spared / 2
        }
    }
}
