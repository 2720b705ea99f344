import Glibc
import Logging
import ServiceLifecycle
import Supervision
import UnixSignals

/// Ends the program in order at the first SIGTERM or SIGINT, and at once at the second.
///
/// A process can have only one watcher for each signal, so ``Watcher`` hears them, until everything
/// else has ended, and ``Ender`` ends at the first, which ends all the others.
struct StopSignals {
    let watcher: Watcher
    let ender: Ender

    /// Traps both signals from now on.
    init(log: ProgramLog, manager: ManagerDesk?) async {
        let (first, post) = AsyncStream<Never>.makeStream()
        self.watcher = Watcher(
            log: log, manager: manager, first: post,
            signals: await UnixSignalsSequence(trapping: .sigterm, .sigint))
        self.ender = Ender(first: first)
    }

    /// Hears the signals.
    struct Watcher: Service {
        let log: ProgramLog
        let manager: ManagerDesk?
        let first: AsyncStream<Never>.Continuation
        let signals: UnixSignalsSequence

        func run() async throws {
            await cancelWhenGracefulShutdown {
                var isStopping = false
                for await signal in self.signals {
                    if isStopping { self.endAtOnce(signal) }
                    isStopping = true
                    self.log.logger.notice("stopping", metadata: ["signal": "\(signal)"])
                    await self.manager?.tell(.stopping)
                    self.first.finish()
                }
            }
        }

        private func endAtOnce(_ signal: UnixSignal) -> Never {
            self.log.logger.warning("stopped at once", metadata: ["signal": "\(signal)"])
            self.log.flush()
            // What shells say of a process that a signal has ended.
            _exit(128 + signal.rawValue)
        }
    }

    /// Runs until the first of them.
    struct Ender: Service {
        let first: AsyncStream<Never>

        func run() async throws {
            await cancelWhenGracefulShutdown { for await _ in self.first {} }
        }
    }
}
