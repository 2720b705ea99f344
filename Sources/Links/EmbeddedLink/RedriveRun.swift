import BrokerLink
import Core
import Engine
import Messaging
import Metering

/// One redrive under way, a batch at a time.
actor RedriveRun {
    private enum State {
        case notStarted
        case moving(RedriveSelection, RedriveCursor, since: QueueEnd)
        case ended
    }

    private let request: RedriveRequest
    private let link: EmbeddedLink
    /// Waits so many seconds; throws when nobody listens any more.
    private let pause: @Sendable (Double) async throws -> Void
    private var state = State.notStarted
    private var report = RedriveReport()

    init(
        _ request: RedriveRequest, of link: EmbeddedLink,
        pause: @escaping @Sendable (Double) async throws -> Void
    ) {
        self.request = request
        self.link = link
        self.pause = pause
    }

    /// Runs the next batch; nil after the last event.
    func next() async -> RedriveEvent? {
        do throws(LinkError) {
            try self.link.requireOpen()
            switch self.state {
            case .notStarted:
                try await self.link.requireNoStream(self.request.source)
                let end = await self.link.engine.end(of: self.request.source, in: self.link.host)
                guard let end else { throw .queueNotFound(self.request.source) }
                return try await self.move(self.selection(until: end), from: .start, since: end)
            case .moving(let selection, let cursor, let start):
                guard await self.isPaced() else { return nil }
                return try await self.move(selection, from: cursor, since: start)
            case .ended: return nil
            }
        } catch {
            if case .ended = self.state { return nil }
            self.state = .ended
            return .failed(self.report, error)
        }
    }

    /// Waits for the next batch's turn; false when nobody listens any more.
    private func isPaced() async -> Bool {
        guard let rate = self.request.perSecondMax else { return true }
        do {
            try await self.pause(Double(self.batch) / Double(max(1, rate)))
            return true
        } catch {
            self.state = .ended
            return false
        }
    }

    /// Of a rate, a tenth of what a second may have.
    private var batch: Int {
        guard let rate = self.request.perSecondMax else { return EmbeddedLink.redriveBatch }
        return min(EmbeddedLink.redriveBatch, max(1, rate / 10))
    }

    /// What is chosen, frozen now: messages that come in later stay where they are.
    private func selection(until end: QueueEnd) -> RedriveSelection {
        switch self.request.selection {
        case .messages(let messages): .positions(messages.map(\.position).sorted())
        case .all: .readyBelow(end)
        }
    }

    /// Stops when what is put back dies again, the source having ended there before and now.
    private func requireGone(since start: QueueEnd, until now: QueueEnd) throws(LinkError) {
        guard self.request.target != .queue(self.request.source) else { return }
        let count = start.arrivals(until: now)
        guard !ReturnRule.stops(returned: count, moved: self.report.moved) else {
            throw .returning(to: self.request.source, count: count, moved: self.report.moved)
        }
    }

    private func move(
        _ selection: RedriveSelection, from cursor: RedriveCursor, since start: QueueEnd
    ) async throws(LinkError) -> RedriveEvent {
        let step = await self.link.engine.redriveStep(
            source: self.request.source, in: self.link.host, selection: selection,
            target: RedriveTarget(self.request.target), from: cursor,
            countMax: self.batch)
        self.report.add(step)
        switch step.next {
        case .goOn(let cursor), .loading(let cursor):
            self.state = .moving(selection, cursor, since: start)
            try self.requireGone(since: start, until: step.end)
            return .progress(self.report)
        case .finished:
            self.state = .ended
            return .finished(self.report)
        case .sourceNotFound:
            throw .queueNotFound(self.request.source)
        case .targetNotFound:
            guard case .queue(let target) = self.request.target else {
                preconditionFailure("only a named target can be missing as a whole")
            }
            throw .queueNotFound(target)
        }
    }
}

extension RedriveTarget {
    fileprivate init(_ target: RedriveRequest.Target) {
        switch target {
        case .queueItDiedIn: self = .queueItDiedIn
        case .queue(let name): self = .queue(name)
        }
    }
}

extension RedriveReport {
    fileprivate mutating func add(_ step: RedriveStep) {
        self.moved += step.moved
        self.unroutable += step.unroutable
        self.missing += step.missing
        self.movedTo.merge(step.movedTo) { $0 + $1 }
    }
}
