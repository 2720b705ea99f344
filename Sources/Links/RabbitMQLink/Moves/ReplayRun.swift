import AMQPClient
import BrokerLink
import Messaging
import NIOConcurrencyHelpers

/// One replay of a stream into a queue under way, a batch at a time.
///
/// With a rate it copies ten batches a second, each of a tenth of what a second may have.
actor ReplayRun {
    /// Waits for more of the stream, each of ``StreamReading/quietMilliseconds``.
    private static let silencesMax = 8

    private enum State {
        case notStarted
        case copying(Copy)
        case ended
    }

    private struct Copy {
        var reading: StreamReading
        var publisher: ConfirmedPublisher
        /// The offset of the newest message when the replay began.
        var last: UInt64
        /// The offset that is to come next, where that is known.
        var next: UInt64?
        /// How often in a row nothing came.
        var silences = 0
    }

    private let request: ReplayRequest
    private let link: RabbitMQLink
    private var state = State.notStarted
    private var report = ReplayReport()
    /// Guarded by its own lock, which nothing else is taken under.
    private nonisolated let held = NIOLockedValueBox<HeldChannel?>(nil)

    init(_ request: ReplayRequest, of link: RabbitMQLink) {
        self.request = request
        self.link = link
    }

    /// Runs the next batch; nil after the last event.
    func next() async -> ReplayEvent? {
        if case .copying = self.state, await !self.isPaced() { return nil }
        // What was begun is known when it ends, whoever has stopped to listen meanwhile.
        let event = await uninterrupted { await self.batch() }
        if Task.isCancelled { self.abandon() }
        return event
    }

    private func batch() async -> ReplayEvent? {
        do throws(LinkError) {
            switch self.state {
            case .notStarted: return try await self.copy(self.start())
            case .copying(let copy): return try await self.copy(copy)
            case .ended: return nil
            }
        } catch {
            self.end()
            return .failed(self.report, error)
        }
    }

    /// Nobody listens any more: the channel closes after the batch under way.
    nonisolated func abandon() { self.held.withLockedValue { $0 }?.abandon() }

    private func end() {
        self.state = .ended
        self.held.withLockedValue { exchange(&$0, with: nil) }?.end()
    }

    /// Waits for the next batch's turn; false when nobody listens any more.
    private func isPaced() async -> Bool {
        guard let seconds = self.pace.pauseSeconds else { return true }
        do {
            try await self.link.pause(seconds)
            return true
        } catch {
            self.end()
            return false
        }
    }

    private var pace: BatchPace {
        BatchPace(
            perSecondMax: self.request.perSecondMax, countMax: Int(StreamReading.prefetch))
    }

    private func start() async throws(LinkError) -> Copy? {
        let act = LaneAct.looking(into: self.request.stream)
        guard try await self.link.reply(of: self.request.stream).isStream else {
            throw .declined(reason: "\(self.request.stream) is no stream.")
        }
        try await self.link.requireQueue(self.request.target)
        guard let last = try await self.lastOffset() else { return nil }
        let lane = try await self.link.lane.open(for: act)
        self.held.withLockedValue { $0 = HeldChannel(lane) }
        do throws(AMQPClientError) {
            let publisher = try await ConfirmedPublisher.on(lane)
            let reading = try await StreamReading.begin(
                self.request.stream, at: StreamPlaceArgument(self.request.from), on: lane)
            var next: UInt64?
            if case .offset(let offset) = self.request.from { next = offset }
            return Copy(reading: reading, publisher: publisher, last: last, next: next)
        } catch {
            throw act.linkError(error)
        }
    }

    /// Where the stream ends now; nil while it is empty.
    private func lastOffset() async throws(LinkError) -> UInt64? {
        let stream = self.request.stream
        return try await self.link.asking(
            .looking(into: stream)
        ) { lane throws(AMQPClientError) -> UInt64? in
            let reading = try await StreamReading.begin(stream, at: .last, on: lane)
            var last: UInt64?
            while case let batch = try await reading.next(Int(StreamReading.prefetch)),
                let newest = batch.last
            {
                last = newest.offset
                reading.settle(through: newest)
                if batch.count < Int(StreamReading.prefetch) { break }
            }
            return last
        }
    }
}

extension ReplayRun {
    private func copy(_ copy: Copy?) async throws(LinkError) -> ReplayEvent {
        guard var copy else { return self.finished() }
        self.held.withLockedValue { $0 }?.begin()
        let batch: [StreamMessage]
        do throws(AMQPClientError) {
            batch = try await copy.reading.next(self.pace.count)
        } catch {
            throw LaneAct.looking(into: self.request.stream).linkError(error)
        }
        let meant = batch.filter { $0.offset <= copy.last }
        try await self.publish(meant, by: copy.publisher)
        for message in meant {
            if let next = copy.next, message.offset > next {
                self.report.lost += message.offset - next
            }
            copy.next = message.offset + 1
        }
        self.report.copied += meant.count
        copy.silences = batch.isEmpty ? copy.silences + 1 : 0
        try self.requireSound(copy)
        let isBehind = batch.contains { $0.offset >= copy.last }
        if isBehind || copy.silences == Self.silencesMax { return self.finished() }
        if let newest = meant.last {
            copy.reading.settle(through: newest)
            self.report.left = copy.last - newest.offset
        }
        self.state = .copying(copy)
        self.held.withLockedValue { $0 }?.rest()
        return .progress(self.report)
    }

    /// That nothing more comes is the end only when nothing has come at all: then the place that
    /// it was to begin at lies behind the end.
    private func requireSound(_ copy: Copy) throws(LinkError) {
        guard copy.silences == Self.silencesMax, self.report.copied > 0, let next = copy.next else {
            return
        }
        throw .declined(
            reason: "\(self.request.stream) sent nothing for a while. What came before is copied; "
                + "go on from offset \(next).")
    }

    private func finished() -> ReplayEvent {
        self.end()
        self.report.left = 0
        return .finished(self.report)
    }

    private func publish(
        _ messages: [StreamMessage], by publisher: ConfirmedPublisher
    ) async throws(LinkError) {
        let target = self.request.target
        let outcome = await publisher.publish(
            messages.map {
                Resending.message($0.message, to: target, user: self.link.address.user)
            })
        if let failure = outcome.failure {
            let copied = outcome.fates.count { $0 == .taken }
            self.report.copied += copied
            if let held = self.held.withLockedValue({ $0 }) {
                await self.link.lane.drop(held.lane.client)
            }
            if case .channelClosed = failure {
                throw LaneAct(queue: target).linkError(failure)
            }
            let open = outcome.fates.count { $0 == nil }
            throw .outcomeUnknown(
                action: "the replay to \(target): \(open) more messages may have been copied")
        }
        let taken = outcome.fates.prefix { $0 == .taken }.count
        guard taken < messages.count else { return }
        self.report.copied += outcome.fates.count { $0 == .taken }
        throw outcome.fates[taken] == .returned
            ? .queueNotFound(target)
            : .refused(reason: "\(target) is full; what came before is in it.")
    }
}

extension RabbitMQLink {
    package func replay(_ request: ReplayRequest) -> AsyncStream<ReplayEvent> {
        let run = ReplayRun(request, of: self)
        return AsyncStream {
            await run.next()
        } onCancel: {
            run.abandon()
        }
    }
}
