import BrokerLink
import Core
import Engine
import Messaging

/// One replay under way, a batch at a time.
///
/// With a rate it copies ten batches a second, each of a tenth of what a second may have.
actor ReplayRun {
    /// Batches a second of a replay with a rate.
    static let batchesPerSecond = 10

    private enum State {
        case notStarted
        case copying(from: StreamStart, before: UInt64)
        case ended
    }

    private let request: ReplayRequest
    private let link: EmbeddedLink
    /// Waits for so many seconds.
    private let pause: @Sendable (Double) async throws -> Void
    private var state = State.notStarted
    private var report = ReplayReport()

    init(
        _ request: ReplayRequest, of link: EmbeddedLink,
        pause: @escaping @Sendable (Double) async throws -> Void
    ) {
        self.request = request
        self.link = link
        self.pause = pause
    }

    /// Runs the next batch; nil after the last event.
    func next() async -> ReplayEvent? {
        do throws(LinkError) {
            try self.link.requireOpen()
            switch self.state {
            case .notStarted:
                let end = await self.link.engine.nextOffset(
                    of: self.request.stream, in: self.link.host)
                guard let end else { throw .queueNotFound(self.request.stream) }
                return try await self.copy(from: StreamStart(self.request.from), before: end)
            case .copying(let start, let end):
                guard await self.isPaced() else { return nil }
                return try await self.copy(from: start, before: end)
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
        let seconds = Double(Self.batch(of: rate)) / Double(max(1, rate))
        do {
            try await self.pause(seconds)
            return true
        } catch {
            self.state = .ended
            return false
        }
    }

    private static func batch(of rate: Int) -> Int {
        min(EmbeddedLink.redriveBatch, max(1, rate / Self.batchesPerSecond))
    }

    private func copy(
        from start: StreamStart, before end: UInt64
    ) async throws(LinkError) -> ReplayEvent {
        let batch = self.request.perSecondMax.map { Self.batch(of: $0) }
        let step = await self.link.engine.replayStep(
            source: self.request.stream, in: self.link.host, from: start, before: end,
            to: self.request.target, countMax: batch ?? EmbeddedLink.redriveBatch)
        self.report.copied += step.copied
        self.report.lost += step.lost
        switch step.next {
        case .goOn(let next), .loading(let next):
            self.state = .copying(from: next, before: end)
            if case .offset(let offset) = next {
                self.report.left = end > offset ? end - offset : 0
            }
            return .progress(self.report)
        case .finished:
            self.state = .ended
            self.report.left = 0
            return .finished(self.report)
        case .targetFull:
            throw .refused(
                reason: "\(self.request.target) is full; what came before is in it.")
        case .sourceNotFound: throw .queueNotFound(self.request.stream)
        case .targetNotFound: throw .queueNotFound(self.request.target)
        }
    }
}

extension StreamStart {
    init(_ place: StreamPlace) {
        switch place {
        case .first: self = .first
        case .last: self = .last
        case .offset(let offset): self = .offset(offset)
        case .time(let time): self = .time(time)
        }
    }
}
