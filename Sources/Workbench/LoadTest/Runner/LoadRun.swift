import AMQPClient
import Messaging
import NIOCore
import NIOSSL

/// One run of a scenario, from connecting to its end.
///
/// Confined to the event loop that its connections live on. One timer drives it: it fires when
/// the next message is due or the next consumer is done, but not more often than every
/// millisecond, and does everything that is due then in one batch a connection.
final class LoadRun {
    /// Time between two timers at least; what is due within it goes together.
    private static let tickMicrosecondsMin: Int64 = 1_000
    /// How much later than its work's end an ack may leave to share a wake-up with others.
    private static let settleMicrosecondsMax: Int64 = 2_000
    /// Time between two looks at a socket or window that has no room.
    private static let pauseMicroseconds: Int64 = 5_000
    /// How long a stop waits for confirms that are under way.
    private static let stopMicrosecondsMax: Int64 = 2_000_000

    let scenario: LoadScenario
    let eventLoop: any EventLoop
    /// How to secure its connections; nil leaves them as they are.
    var tls: TLSConfiguration?
    private(set) var state = LoadSnapshot.State.connecting
    private let number: Int
    private let clock = LoadClock()
    private var meter = LoadMeter()
    private var scale = 1.0
    private var startedAt: Timestamp?
    private var endedAt: Timestamp?
    /// When the stop was asked for: nothing is planned after it.
    private var stoppedAt: Timestamp?
    private var producers: [StreamProducer] = []
    private var consumers: [QueueConsumer] = []
    private var connections: [ClientConnection] = []
    private var timer: Scheduled<Void>?
    private var timerDue: Timestamp?
    private var isPaused = false
    private var endHandlers: [() -> Void] = []

    init(_ scenario: LoadScenario, number: Int, on eventLoop: any EventLoop) {
        self.scenario = scenario
        self.number = number
        self.eventLoop = eventLoop
    }

    var isConnecting: Bool { self.state == .connecting }
    var isActive: Bool { self.endedAt == nil }

    // MARK: While connecting

    /// Takes over a connection: the run ends with it, and it ends with the run.
    func adopt(_ connection: ClientConnection) {
        self.connections.append(connection)
        connection.whenEnded { [weak self, weak connection] error in
            guard let self, self.connections.contains(where: { $0 === connection }) else { return }
            self.fail(error)
        }
    }

    /// Closes a connection that the run has no more use for.
    func release(_ connection: ClientConnection) {
        self.connections.removeAll { $0 === connection }
        connection.close()
    }

    /// Adds a consumer and returns who takes its deliveries.
    func addConsumer(_ consumer: LoadConsumer, on channel: LoopChannel) -> ConsumerHandler {
        let index = self.consumers.count
        self.consumers.append(
            QueueConsumer(
                consumer, on: channel, seed: self.scenario.seed &+ UInt64(1_000 + index)))
        channel.whenEnded { [weak self] in self?.fail($0) }
        return ConsumerHandler(onDeliveries: { [weak self] in self?.delivered($0, to: index) })
    }

    /// Starts publishing; `channels` are those of each stream.
    func begin(over channels: [[LoopChannel]]) {
        let now = self.clock.now()
        self.startedAt = now
        self.state = .running
        for (index, stream) in self.scenario.streams.enumerated() {
            for channel in channels[index] { self.listen(to: channel) }
            self.producers.append(
                StreamProducer(
                    stream, over: channels[index], seed: self.scenario.seed &+ UInt64(index),
                    scale: self.scale, start: now))
        }
        self.arm(now: now)
    }

    private func listen(to channel: LoopChannel) {
        channel.whenEnded { [weak self] in self?.fail($0) }
        channel.returnHandler = { [weak self] _ in self?.meter.returned() }
        channel.confirmHandler = { [weak self] batch in
            guard let self else { return }
            let now = self.clock.now()
            for planned in batch.acked {
                self.meter.confirmed(planned: Timestamp(microseconds: planned), now: now)
            }
            for _ in batch.nacked { self.meter.nacked() }
        }
    }

    // MARK: While running

    /// Plans so many messages a second in all from now on, in the streams' proportions.
    func setRate(_ perSecond: Double) {
        let planned = self.scenario.ratePerSecond
        guard planned > 0, self.isActive, !perSecond.isNaN else { return }
        self.scale = min(max(0, perSecond), LoadScenario.ratePerSecondMax) / planned
        let now = self.clock.now()
        for index in self.producers.indices {
            self.producers[index].setScale(self.scale, now: now)
        }
        self.arm(now: now)
    }

    private func delivered(_ deliveries: [Delivery], to index: Int) {
        let now = self.clock.now()
        self.consumers[index].delivered(
            deliveries, since: self.startedAt ?? now, now: now, meter: &self.meter)
        self.arm(now: now)
    }

    private func tick() {
        guard self.isActive else { return }
        let now = self.clock.now()
        if let timerDue {
            self.meter.timerFired(lateMicroseconds: now.microseconds(since: timerDue))
        }
        self.timerDue = nil
        for index in self.consumers.indices {
            self.consumers[index].settleDone(now: now, meter: &self.meter)
        }
        if self.state == .stopping, self.hasStopped(now: now) { return self.end(.idle) }
        self.sendDue(now: now)
        self.arm(now: now)
    }

    private func sendDue(now: Timestamp) {
        self.isPaused = false
        guard self.state == .running else { return }
        for index in self.producers.indices {
            let isPaused = self.producers[index].sendDue(now: now, meter: &self.meter)
            self.isPaused = self.isPaused || isPaused
        }
    }

    /// Sets the timer for what comes next, if that is before the one that is set.
    private func arm(now: Timestamp) {
        var next = Timestamp.distantFuture
        for consumer in self.consumers {
            guard let done = consumer.nextDone else { continue }
            next = min(next, done.adding(microseconds: Self.settleMicrosecondsMax))
        }
        if self.state == .running, !self.isPaused {
            for producer in self.producers {
                if let due = producer.schedule.nextDue { next = min(next, due) }
            }
        }
        if self.isPaused || self.stoppedAt != nil {
            next = min(next, now.adding(microseconds: Self.pauseMicroseconds))
        }
        next = max(next, now.adding(microseconds: Self.tickMicrosecondsMin))
        guard next < self.timerDue ?? .distantFuture else { return }
        self.timer?.cancel()
        self.timerDue = next
        self.timer = self.eventLoop.assumeIsolated().scheduleTask(
            deadline: self.clock.deadline(next)
        ) { [weak self] in self?.tick() }
    }

    // MARK: Ending

    /// Stops sending, waits a little for confirms, and calls `ended`; at once if nothing runs.
    func stop(then ended: @escaping () -> Void) {
        self.whenEnded(ended)
        switch self.state {
        case .running:
            let now = self.clock.now()
            self.state = .stopping
            self.stoppedAt = now
            self.arm(now: now)
        case .connecting: self.end(.idle)
        case .stopping, .idle, .failed: break
        }
    }

    /// Calls `handler` once the run has ended, at once if it has.
    func whenEnded(_ handler: @escaping () -> Void) {
        guard self.isActive else { return handler() }
        self.endHandlers.append(handler)
    }

    private func hasStopped(now: Timestamp) -> Bool {
        let unconfirmed = self.producers.reduce(0) { $0 + $1.unconfirmedCount }
        let waited = self.stoppedAt.map { now.microseconds(since: $0) } ?? 0
        return unconfirmed == 0 || waited >= Self.stopMicrosecondsMax
    }

    /// Ends the run because of an error.
    ///
    /// - Parameter declaredCount: Exchanges, queues and bindings declared before it, which stay.
    func fail(_ error: AMQPClientError, declaredCount: Int = 0) {
        var text =
            switch error {
            case .channelClosed(let reason):
                "The broker refused it: \(reason.code) \(reason.text). Put the cause right, then "
                    + "start again."
            default: error.description
            }
        if declaredCount > 0 {
            text +=
                " What was declared before it stays: \(declaredCount) of "
                + "\(self.scenario.topology.count) exchanges, queues and bindings."
        }
        self.end(.failed(text))
    }

    private func end(_ state: LoadSnapshot.State) {
        guard self.isActive else { return }
        self.state = state
        self.endedAt = self.clock.now()
        self.timer?.cancel()
        for connection in exchange(&self.connections, with: []) { connection.close() }
        for ended in exchange(&self.endHandlers, with: []) { ended() }
    }

    // MARK: Looking

    func snapshot() -> LoadSnapshot {
        let now = self.endedAt ?? self.clock.now()
        var snapshot = LoadSnapshot(
            state: self.state, scenarioName: self.scenario.name, run: self.number)
        self.meter.fill(&snapshot)
        guard let startedAt else { return snapshot }
        snapshot.elapsedMicroseconds = now.microseconds(since: startedAt)
        for producer in self.producers {
            snapshot.plannedTotal += producer.schedule.plannedTotal(now: self.stoppedAt ?? now)
            if self.state == .running {
                snapshot.currentRatePerSecond += producer.schedule.ratePerSecond(now: now)
            }
        }
        return snapshot
    }
}

extension Timestamp {
    fileprivate static let distantFuture = Timestamp(microseconds: .max)
}
