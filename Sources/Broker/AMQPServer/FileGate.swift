import Engine
import Glibc
import NIOConcurrencyHelpers
import NIOCore

/// Refuses new clients while the process may open hardly more files, so that those which it has,
/// the store and the management API find the few that they need.
///
///     admits ── the next file would be one of the spared ──> refuses, with an alarm
///        ^                                                       │ looks once a second
///        └───────────── there are more than these again ─────────┘
///
/// Without it an accept that fails leaves the client waiting for its own timeout, and the loop
/// trying again at once without end.
final class FileGate: Sendable {
    /// Files that clients do not get, at most a quarter of all.
    static let sparedMax = 32
    static let interval = TimeAmount.seconds(1)

    struct Refusal: Error {}

    private let engine: Engine
    private let isShort = NIOLockedValueBox(false)

    init(telling engine: Engine) {
        self.engine = engine
    }

    /// - Throws: ``Refusal`` when the client that has just come is to go again.
    func admit(on loop: any EventLoop) throws {
        if self.hasFiles { return }
        self.ranOut(on: loop)
        throw Refusal()
    }

    /// How long to accept nobody when the system had no file for a client; nil for other errors.
    func backoff(after error: IOError, on loop: any EventLoop) -> TimeAmount? {
        guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) else { return nil }
        self.ranOut(on: loop)
        return Self.interval
    }

    /// Raises the alarm, if it is not, and ends it when there are files again.
    private func ranOut(on loop: any EventLoop) {
        let wasShort = self.isShort.withLockedValue { exchange(&$0, with: true) }
        guard !wasShort else { return }
        self.tell(true)
        loop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { task in
            guard self.hasFiles else { return }
            task.cancel()
            self.isShort.withLockedValue { $0 = false }
            self.tell(false)
        }
    }

    private func tell(_ areShort: Bool) {
        let engine = self.engine
        engine.loop.execute { engine.assumeIsolated { $0.setFilesShort(areShort) } }
    }

    /// The system gives the lowest descriptor that is free, so that all below are in use.
    private var hasFiles: Bool {
        let next = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard next >= 0 else { return false }
        close(next)
        return Int(next) < Self.firstSpared
    }

    /// The lowest descriptor that is spared: as the limit is now, which an administrator may raise
    /// while the process runs.
    private static var firstSpared: Int {
        var files = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 else {
            return .max
        }
        let count = Int(clamping: files.rlim_cur)
        return count - min(Self.sparedMax, count / 4)
    }
}
