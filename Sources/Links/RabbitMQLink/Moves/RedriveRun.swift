import AMQPClient
import BrokerLink
import Messaging
import NIOConcurrencyHelpers

/// One redrive under way, a batch at a time: publish with confirm and mandatory, then ack.
///
///     take a batch ─> publish it ─> all answered ─> ack what a queue has ─> ask how deep the
///                                                   keep holding the rest   source is (a barrier)
///
/// A lost connection leaves messages in both queues at worst: what was published and not acked
/// yet. They are counted, and nothing is done a second time. What stays is held to the end, or it
/// would be taken again and again; then it goes back to its place.
actor RedriveRun {
    /// Messages of one batch.
    static let batch = 100

    private enum State {
        case notStarted
        /// Another queuetop moves them.
        case ordering(QueuetopRedrive)
        case moving(Move)
        case ended
    }

    /// What is needed from one batch to the next.
    private struct Move {
        var publisher: ConfirmedPublisher
        var holding: Holding
        /// Messages that are held and wait for their turn.
        var waiting: [ReceivedMessage]
        /// Whether those are all that are meant, or those behind them, too.
        var isChosen: Bool
        /// How many of all are still to be taken.
        var left: Int
        var taken: Int
        /// Put at the end of the source, because they could not be put back in their places.
        var saved = 0
        var watch: ReturnWatch
    }

    private let request: RedriveRequest
    private let link: RabbitMQLink
    private var state = State.notStarted
    private var report = RedriveReport()
    /// Guarded by its own lock, which nothing else is taken under.
    private nonisolated let held = NIOLockedValueBox<HeldChannel?>(nil)

    init(_ request: RedriveRequest, of link: RabbitMQLink) {
        self.request = request
        self.link = link
    }

    /// Runs the next batch; nil after the last event.
    func next() async -> RedriveEvent? {
        if case .ended = self.state { return nil }
        guard await self.isPaced() else { return nil }
        // What was begun is known when it ends, whoever has stopped to listen meanwhile.
        let event = await uninterrupted { await self.batch() }
        if Task.isCancelled { self.abandon() }
        return event
    }

    private func batch() async -> RedriveEvent {
        let event: RedriveEvent
        await self.link.locks.lock(self.request.source)
        do throws(LinkError) {
            event = try await self.step()
        } catch {
            self.end()
            event = .failed(self.report, error)
        }
        await self.link.locks.unlock(self.request.source)
        return event
    }

    /// Nobody listens any more: what is held goes back after the batch under way.
    nonisolated func abandon() { self.held.withLockedValue { $0 }?.abandon() }

    private func end() {
        self.state = .ended
        self.held.withLockedValue { exchange(&$0, with: nil) }?.end()
    }

    /// Waits for the next batch's turn; false when nobody listens any more.
    private func isPaced() async -> Bool {
        guard let seconds = self.pace.pauseSeconds, self.hasBegun else { return true }
        do {
            try await self.link.pause(seconds)
            return true
        } catch {
            self.end()
            return false
        }
    }

    private var hasBegun: Bool {
        if case .notStarted = self.state { false } else { true }
    }

    private var pace: BatchPace {
        BatchPace(perSecondMax: self.request.perSecondMax, countMax: Self.batch)
    }

    /// Lets another queuetop move them.
    private func order(
        _ redrive: QueuetopRedrive
    ) async throws(LinkError) -> RedriveEvent {
        var (redrive, report) = (redrive, self.report)
        let outcome = try await redrive.step(&report)
        self.report = report
        switch outcome {
        case .returning(let count):
            throw .returning(to: self.request.source, count: count, moved: report.moved)
        case .goesOn:
            self.state = .ordering(redrive)
            return .progress(self.report)
        case .finished:
            self.end()
            return .finished(self.report)
        }
    }

    private func step() async throws(LinkError) -> RedriveEvent {
        var move: Move
        switch self.state {
        case .notStarted:
            if try await self.link.isQueuetop {
                let countMax =
                    self.request.perSecondMax == nil ? QueuetopAPI.stepCountMax : self.pace.count
                let redrive = QueuetopRedrive(
                    self.request, by: self.link.own, countMax: countMax)
                return try await self.order(redrive)
            }
            move = try await self.start()
        case .ordering(let redrive): return try await self.order(redrive)
        case .moving(let under): move = under
        case .ended: preconditionFailure("an ended redrive has no steps")
        }
        let held = self.held.withLockedValue { $0 }
        held?.begin()
        do throws(LinkError) {
            let messages = try await self.nextBatch(&move)
            try await self.move(messages, &move)
        } catch {
            throw error.costing(move.holding.atLimit)
        }
        let isLast =
            move.waiting.isEmpty && (move.isChosen || move.left == 0 || move.holding.isWhole)
        guard !isLast else {
            try await self.release(&move)
            self.end()
            return .finished(self.report)
        }
        self.state = .moving(move)
        held?.rest()
        return .progress(self.report)
    }

    /// Freezes the selection: messages that come in later stay where they are.
    ///
    /// What is ready is counted when some are taken, not before: what was put back a moment ago is
    /// there for a get, but a passive declare overtakes it (seen on RabbitMQ 3.10.8), and what it
    /// had not counted would look like messages that come back.
    private func start() async throws(LinkError) -> Move {
        let source = self.request.source
        let limit = try await self.link.requireTakeable(source)
        if case .queue(let target) = self.request.target {
            try await self.link.requireQueue(target)
        }
        let act = self.act
        let lane = try await self.link.lane.open(for: act)
        self.held.withLockedValue { $0 = HeldChannel(lane) }
        var holding = Holding(source, on: lane, within: limit)
        do throws(AMQPClientError) {
            let publisher = try await ConfirmedPublisher.on(lane)
            var waiting: [ReceivedMessage]
            switch self.request.selection {
            case .all: waiting = try await holding.takeBatch(self.pace.count)
            case .messages(let ids):
                let glance = await self.link.glances.glance(of: source)
                let found = try await holding.find(Set(ids), by: glance)
                self.report.missing = Set(ids).count - found.count
                // Those that may not be put back have their turn first; see `nextBatch`.
                waiting =
                    found.filter { holding.isDoomed($0.message) }
                    + found.filter { !holding.isDoomed($0.message) }
            }
            let taken = holding.messages.count
            let ready = try await lane.readyCount(of: source)
            var move = Move(
                publisher: publisher, holding: holding, waiting: waiting,
                isChosen: self.request.selection != .all, left: ready, taken: taken,
                watch: ReturnWatch(readyAtStart: ready + taken))
            defer { holding = move.holding }
            try await self.save(&move)
            return move
        } catch {
            throw act.linkError(error, wasBegun: false).costing(holding.atLimit)
        }
    }

    private func nextBatch(_ move: inout Move) async throws(LinkError) -> [ReceivedMessage] {
        guard move.waiting.isEmpty else {
            // Nobody knows whether there will be a next batch.
            let doomedCount = move.waiting.prefix { move.holding.isDoomed($0.message) }.count
            let count = max(self.pace.count, doomedCount)
            defer { move.waiting = Array(move.waiting.dropFirst(count)) }
            return Array(move.waiting.prefix(count))
        }
        guard !move.isChosen, move.left > 0 else { return [] }
        guard !move.holding.isFull else {
            throw .declined(
                reason: "\(move.holding.messages.count) messages have no queue to go to and are "
                    + "held; more may not be. They are back in \(self.request.source): choose "
                    + "those that can go, or another target.")
        }
        do throws(AMQPClientError) {
            let came = try await move.holding.takeBatch(min(move.left, self.pace.count))
            move.left -= min(came.count, move.left)
            move.taken += came.count
            return came
        } catch {
            throw self.act.linkError(error, wasBegun: false)
        }
    }
}

extension RedriveRun {
    private var act: LaneAct { .changing(self.request.source, "the requeue of dead letters") }

    /// Publishes a batch and acks what a queue has taken; what has no queue stays held.
    private func move(
        _ messages: [ReceivedMessage], _ move: inout Move
    ) async throws(LinkError) {
        let stations = await self.link.sampler.deadLetterQueues
        var routed: [(received: ReceivedMessage, target: QueueName)] = []
        for received in messages {
            if let target = self.target(of: received.message, stations) {
                routed.append((received, target))
            } else {
                self.report.unroutable += 1
            }
        }
        let outcome = await move.publisher.publish(
            routed.map {
                Resending.message($0.received.message, to: $0.target, user: self.link.address.user)
            })
        if let failure = outcome.failure {
            // These are in their target, whatever becomes of them here.
            move.holding.settled(
                Set(zip(outcome.fates, routed).filter { $0.0 == .taken }.map(\.1.received.tag)))
            throw await self.unknown(outcome.fates, failure)
        }
        var settled: Set<DeliveryTag> = []
        for (fate, route) in zip(outcome.fates, routed) {
            guard fate == .taken else {
                self.report.unroutable += 1
                continue
            }
            move.holding.lane.channel.ack(route.received.tag)
            settled.insert(route.received.tag)
            self.report.moved += 1
            self.report.movedTo[route.target, default: 0] += 1
        }
        move.holding.settled(settled)
        do throws(AMQPClientError) {
            try await self.save(&move)
        } catch {
            throw self.act.linkError(error, wasBegun: false)
        }
        try await self.confirmSettled(settled.count, move)
    }

    /// Takes care of messages that are held, have no turn to come, and may not be put back.
    private func save(_ move: inout Move) async throws(AMQPClientError) {
        let saving = try await move.holding.saveDoomed(
            except: Set(move.waiting.map(\.tag)), by: move.publisher,
            user: self.link.address.user)
        move.saved += saving.saved
    }

    /// Asks for the depth of the source: its answer comes behind the acks, and says whether
    /// messages come back.
    private func confirmSettled(_ count: Int, _ move: Move) async throws(LinkError) {
        let ready: Int
        do throws(AMQPClientError) {
            ready = try await move.holding.lane.readyCount(of: self.request.source)
        } catch {
            throw .outcomeUnknown(
                action: "the requeue from \(self.request.source): \(count) messages are in their "
                    + "target, and may be in \(self.request.source) as well")
        }
        let returned = move.watch.returned(
            ready: ready - move.saved, taken: move.taken, moved: self.report.moved)
        if let returned, self.request.target != .queue(self.request.source) {
            throw .returning(
                to: self.request.source, count: returned, moved: self.report.moved)
        }
    }

    /// The connection was lost over a batch: what the broker has confirmed is in both queues now.
    private func unknown(
        _ fates: [PublishFate?], _ failure: AMQPClientError
    ) async -> LinkError {
        // Nothing that still lies in a buffer may be published later.
        if let held = self.held.withLockedValue({ $0 }) {
            await self.link.lane.drop(held.lane.client)
        }
        if case .channelClosed = failure { return self.act.linkError(failure) }
        let twice = fates.count { $0 == .taken }
        let open = fates.count { $0 == nil }
        return .outcomeUnknown(
            action: "the requeue from \(self.request.source): \(twice) messages are there and in "
                + "their target now, and \(open) may be")
    }

    private func release(_ move: inout Move) async throws(LinkError) {
        guard !move.holding.messages.isEmpty else { return }
        let lost: Int
        do throws(AMQPClientError) {
            lost = try await move.holding.release(
                by: move.publisher, user: self.link.address.user)
        } catch {
            // They go back with the channel all the same, and what was moved is known; but of those
            // at their limit nobody knows.
            let ended = self.act.linkError(error, wasBegun: false)
                .costing(move.holding.atLimit)
            guard case .endedAtLimit = ended else { return }
            throw ended
        }
        guard lost == 0 else { throw .lost(from: self.request.source, count: lost) }
    }

    private func target(of message: Message, _ stations: Set<QueueName>) -> QueueName? {
        switch self.request.target {
        case .queue(let name): name
        case .queueItDiedIn:
            Resending.queueItDiedIn(
                DeathRecord.records(in: message.properties.headers),
                lyingIn: self.request.source, deadLetterQueues: stations)
        }
    }
}

extension RabbitMQLink {
    package func redrive(_ request: RedriveRequest) -> AsyncStream<RedriveEvent> {
        let run = RedriveRun(request, of: self)
        // Pulled: each event runs its batch when it is asked for, so nothing goes on when nobody
        // listens any more.
        return AsyncStream {
            await run.next()
        } onCancel: {
            run.abandon()
        }
    }

    /// Throws when there is no such queue.
    func requireQueue(_ queue: QueueName) async throws(LinkError) {
        _ = try await self.asking(.looking(into: queue)) { lane throws(AMQPClientError) in
            try await lane.readyCount(of: queue)
        }
    }

    /// Says why messages cannot be taken out of a queue, if they cannot.
    ///
    /// - Returns: How often they may be put back; nil is without end.
    func requireTakeable(_ queue: QueueName) async throws(LinkError) -> ReturnLimit? {
        switch try await self.lookRule(of: queue) {
        case .take(_, let limit): return limit
        case .refused(let reason): throw .declined(reason: reason)
        case .read:
            throw .declined(
                reason: "\(queue) is a stream; its messages leave by age or size alone.")
        }
    }
}
