import BrokerLink
import Core
import Engine
import Messaging

/// One redrive under way, a batch at a time.
actor RedriveRun {
    private enum State {
        case notStarted
        case moving(RedriveSelection, RedriveCursor)
        case ended
    }

    private let request: RedriveRequest
    private let link: EmbeddedLink
    private var state = State.notStarted
    private var report = RedriveReport()

    init(_ request: RedriveRequest, of link: EmbeddedLink) {
        self.request = request
        self.link = link
    }

    /// Runs the next batch; nil after the last event.
    func next() async -> RedriveEvent? {
        do throws(LinkError) {
            try self.link.requireOpen()
            switch self.state {
            case .notStarted:
                try await self.link.requireNoStream(self.request.source)
                return try await self.move(self.selection(), from: .start)
            case .moving(let selection, let cursor):
                return try await self.move(selection, from: cursor)
            case .ended: return nil
            }
        } catch {
            if case .ended = self.state { return nil }
            self.state = .ended
            return .failed(self.report, error)
        }
    }

    /// What is chosen, frozen now: messages that come in later stay where they are.
    private func selection() async throws(LinkError) -> RedriveSelection {
        switch self.request.selection {
        case .messages(let messages): return .positions(messages.map(\.position).sorted())
        case .all:
            guard let end = await self.link.engine.end(of: self.request.source, in: self.link.host)
            else {
                throw .queueNotFound(self.request.source)
            }
            return .readyBelow(end)
        }
    }

    private func move(
        _ selection: RedriveSelection, from cursor: RedriveCursor
    ) async throws(LinkError) -> RedriveEvent {
        let step = await self.link.engine.redriveStep(
            source: self.request.source, in: self.link.host, selection: selection,
            target: RedriveTarget(self.request.target), from: cursor,
            countMax: EmbeddedLink.redriveBatch)
        self.report.add(step)
        switch step.next {
        case .goOn(let cursor), .loading(let cursor):
            self.state = .moving(selection, cursor)
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
