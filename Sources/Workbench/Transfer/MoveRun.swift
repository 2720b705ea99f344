import BrokerLink
import Messaging

/// Carries messages from a queue of one broker to a queue of another, without I/O.
///
/// ```
///  waiting ─start─▶ looking ─page─▶ publishing ─outcomes─▶ removing ─removed─▶ looking …
///                      │                │                      │
///        nothing left, │      nothing was taken, or            │ it failed, or the
///       enough, failed │      a failure came first             │ publish before it did
///                      ▼                ▼                      ▼
///                                    ended
/// ```
/// A message is removed from its source only after the target has confirmed it. So whatever
/// interrupts a move, a message may lie in both queues, but in neither it never does; and another
/// move of the same queue goes on with what is left. Nothing is repeated by itself.
package struct MoveRun: Sendable {
    /// What its driver has to do next.
    package enum Action: Equatable, Sendable {
        case browse(BrowseRequest)
        /// Publish to the target.
        case publish([Message])
        /// Remove from the source.
        case remove([MessageID])
        case end(MoveOutcome)
    }

    private enum State: Sendable {
        case waiting
        case looking
        case publishing(BrowsePage, [BrowsedMessage])
        case removing(BrowsePage, [MessageID], failure: LinkError?)
        case ended
    }

    /// Messages of the first batch; later ones are as large as the size of messages suggests.
    static let firstBatch = 64
    static let batchMax = 1_000
    /// Bytes of bodies that a batch shall hold.
    static let batchBytes = 8_388_608

    private let request: MoveRequest
    private var state = State.waiting
    private var report = MoveReport()
    private var after: MessageID?
    private var batch = Self.firstBatch

    package init(_ request: MoveRequest) { self.request = request }

    /// How far it has come.
    package var progress: MoveOutcome {
        MoveOutcome(request: self.request, report: self.report, ending: .running)
    }

    /// Begins; called once.
    package mutating func start() -> Action {
        guard case .waiting = self.state else { preconditionFailure("a move starts once") }
        return self.look()
    }

    /// Takes in what lies in the source.
    package mutating func browsed(_ result: Result<BrowsePage, LinkError>) -> Action {
        guard case .looking = self.state else { preconditionFailure("no page was asked for") }
        switch result {
        case .failure(let error): return self.end(.failed(error))
        case .success(let page):
            let standing = page.standing
            let ready = standing.filter { !$0.isUnacked }
            self.report.held += standing.count - ready.count
            if let cut = ready.first(where: { $0.message.body.count < $0.bodyBytes }) {
                let reason = "a message of \(cut.bodyBytes) bytes was not given as a whole"
                return self.end(.failed(.notAttempted(reason: reason)))
            }
            guard !ready.isEmpty else {
                return self.turn(page, goesOn: page.stop != nil && standing.isEmpty)
            }
            self.chooseBatch(after: ready)
            self.state = .publishing(page, ready)
            return .publish(ready.map { $0.message.carried(to: self.request.target) })
        }
    }

    /// Takes in what became of the published messages, in their order.
    package mutating func published(_ outcomes: [PublishOutcome]) -> Action {
        guard case .publishing(let page, let messages) = self.state else {
            preconditionFailure("nothing was published")
        }
        precondition(outcomes.count == messages.count, "one outcome a message")
        var taken: [MessageID] = []
        var failure: LinkError?
        for (message, outcome) in zip(messages, outcomes) {
            switch outcome {
            case .taken: taken.append(message.id)
            case .unroutable: failure = failure ?? .queueNotFound(self.request.target)
            case .failed(let error):
                if case .outcomeUnknown = error { self.report.unknown += 1 }
                failure = failure ?? error
            }
        }
        guard !taken.isEmpty else {
            return failure.map { self.end(.failed($0)) } ?? self.turn(page, goesOn: false)
        }
        self.state = .removing(page, taken, failure: failure)
        return .remove(taken)
    }

    /// Takes in how many of the confirmed messages were removed.
    package mutating func removed(_ result: Result<Int, LinkError>) -> Action {
        guard case .removing(let page, let messages, let failure) = self.state else {
            preconditionFailure("nothing was to be removed")
        }
        switch result {
        case .success(let count):
            self.report.moved += count
            self.report.duplicated += messages.count - count
            if let failure { return self.end(.failed(failure)) }
            return self.turn(page, goesOn: messages.count == page.standing.count)
        case .failure(let error):
            self.report.copied += messages.count
            return self.end(.failed(failure ?? error))
        }
    }

    /// The operator stopped it, between two steps; a batch that is confirmed may be in both.
    package mutating func stopped() -> Action {
        if case .removing(_, let messages, _) = self.state {
            self.report.copied += messages.count
        }
        return self.end(.stopped)
    }

    /// Goes on behind a page, or ends.
    ///
    /// - Parameter goesOn: Whether the whole page has left the source, so that the next one begins
    ///   at its head.
    private mutating func turn(_ page: BrowsePage, goesOn fromHead: Bool) -> Action {
        if let stop = page.stop, !fromHead, self.left > 0 {
            return self.end(.failed(.declined(reason: "\(stop)")))
        }
        guard page.hasMore || page.stop != nil, self.left > 0 else { return self.end(.completed) }
        self.after = fromHead ? nil : page.messages.last?.id
        return self.look()
    }

    private var left: Int { self.request.countMax - self.report.arrived }

    private mutating func look() -> Action {
        guard self.left > 0 else { return self.end(.completed) }
        self.state = .looking
        return .browse(
            BrowseRequest(
                queue: self.request.source, after: self.after,
                countMax: min(self.batch, self.left), bodyBytesMax: Limits.bodyBytesMax,
                intrusionMax: self.request.intrusionMax))
    }

    private mutating func chooseBatch(after messages: [BrowsedMessage]) {
        let mean = messages.reduce(0) { $0 + $1.bodyBytes } / messages.count
        self.batch = max(1, min(Self.batchMax, Self.batchBytes / max(1, mean)))
    }

    private mutating func end(_ ending: MoveOutcome.Ending) -> Action {
        self.state = .ended
        return .end(MoveOutcome(request: self.request, report: self.report, ending: ending))
    }
}
