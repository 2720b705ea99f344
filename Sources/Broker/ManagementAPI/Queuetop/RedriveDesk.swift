import Engine
import NIOConcurrencyHelpers
import ServiceLifecycle

/// The redrives that were started through the API; runs them as long as the program does.
///
/// Guarded by a lock, which nothing is called under.
package final class RedriveDesk: Service {
    /// Redrives that may go on at once, and those that are over and still shown.
    static let jobsMax = 100

    private struct State {
        var lastID = 0
        var jobs: [RedriveJob] = []
    }

    private let engine: Engine
    private let state = NIOLockedValueBox(State())
    private let starts: AsyncStream<RedriveJob>
    private let start: AsyncStream<RedriveJob>.Continuation

    package init(_ engine: Engine) {
        self.engine = engine
        (self.starts, self.start) = AsyncStream.makeStream()
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { tasks in
                for await job in self.starts { tasks.addTask { await job.run() } }
                tasks.cancelAll()
            }
        }
    }

    /// Begins a redrive; nil when there are too many already.
    func begin(_ order: RedriveOrder) async -> RedriveJob? {
        await self.forgetOldest()
        let job = self.state.withLockedValue { state -> RedriveJob? in
            guard state.jobs.count < Self.jobsMax else { return nil }
            state.lastID += 1
            let job = RedriveJob(state.lastID, order, on: self.engine)
            state.jobs.append(job)
            return job
        }
        if let job { self.start.yield(job) }
        return job
    }

    /// Makes room by one that is over, if there is need.
    private func forgetOldest() async {
        let jobs = self.jobs
        guard jobs.count >= Self.jobsMax else { return }
        for job in jobs where await job.isOver {
            self.state.withLockedValue { $0.jobs.removeAll { $0.id == job.id } }
            return
        }
    }

    /// In the order in which they were started.
    var jobs: [RedriveJob] { self.state.withLockedValue { $0.jobs } }
}
