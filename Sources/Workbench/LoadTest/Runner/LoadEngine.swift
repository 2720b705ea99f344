import AMQPClient
import NIOCore
import NIOSSL

/// Runs load scenarios against a broker, one at a time.
///
/// The engine and its connections share one event loop, so a batch of messages costs no hop. It
/// should not be the loop that an embedded broker runs on: a generator that waits for the broker
/// it measures measures itself.
package actor LoadEngine {
    package nonisolated let endpoint: AMQPEndpoint
    private nonisolated let tls: TLSConfiguration?
    private nonisolated let eventLoop: any EventLoop
    private var current: LoadRun?
    private var runCount = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.eventLoop.executor.asUnownedSerialExecutor()
    }

    /// - Parameter tls: How to secure the connections; nil leaves them as they are.
    package init(
        endpoint: AMQPEndpoint, tls: TLSConfiguration? = nil, on eventLoop: any EventLoop
    ) {
        self.endpoint = endpoint
        self.tls = tls
        self.eventLoop = eventLoop
    }

    /// Ends what runs, connects, declares the topology and starts sending.
    ///
    /// Returns when the run has begun, or failed to: ``snapshot()`` says which and why.
    package func start(_ scenario: LoadScenario) async {
        await self.stop()
        // While the last run ended, somebody else may have started one.
        guard self.current?.isActive != true else { return }
        self.runCount += 1
        let run = LoadRun(scenario, number: self.runCount, on: self.eventLoop)
        run.tls = self.tls
        self.current = run
        await run.connect(to: self.endpoint)
    }

    /// Changes the load to so many messages a second over all streams; bursts grow with it.
    ///
    /// What is due by now stays planned. Rates beyond 0 or ``LoadScenario/ratePerSecondMax`` are
    /// those. Without a run it does nothing.
    package func setRate(_ perSecond: Double) {
        self.current?.setRate(perSecond)
    }

    /// Stops sending, gives confirms two seconds to come, and closes all connections.
    package func stop() async {
        guard let current else { return }
        await withCheckedContinuation { continuation in
            current.stop { continuation.resume() }
        }
    }

    /// Waits until nothing runs and returns how the last run ended.
    package func ended() async -> LoadSnapshot {
        if let current {
            await withCheckedContinuation { continuation in
                current.whenEnded { continuation.resume() }
            }
        }
        return self.snapshot()
    }

    /// How the run stands; cheap enough for ten times a second.
    package func snapshot() -> LoadSnapshot {
        self.current?.snapshot() ?? LoadSnapshot()
    }

    /// Keeps the engine until its task is cancelled, then stops the run in order.
    package func run() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
        await self.stop()
    }
}
