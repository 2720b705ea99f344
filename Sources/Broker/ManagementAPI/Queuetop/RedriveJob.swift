import Core
import Engine
import Messaging
import Metering

/// One redrive that goes on by itself: dead letters go back to where they died, at a rate.
///
///     running ⇄ paused          a step moves at most what the rate allows in a tenth of a second;
///        │        │             it pauses by itself when too many come back (``ReturnRule``)
///        └────────┴─▶ stopped, finished or failed: for good
actor RedriveJob {
    enum State: String, Sendable {
        case running, paused, stopped, finished, failed
    }

    /// Messages a second, where nobody says.
    static let rateDefault = 1_000
    static let rateMax = 1_000_000
    private static let stepsPerSecond = 10
    private static let stepInterval = Duration.milliseconds(100)

    nonisolated let id: Int
    nonisolated let order: RedriveOrder
    private let engine: Engine
    private var state = State.running
    private var moved = 0
    /// Where the source ended when it was last set going, and what had been moved by then.
    private var since: (end: QueueEnd, moved: Int)?
    private var unroutable = 0
    private var movedTo: [QueueName: Int] = [:]
    private var reason: String?

    init(_ id: Int, _ order: RedriveOrder, on engine: Engine) {
        self.id = id
        self.order = order
        self.engine = engine
    }

    var isOver: Bool {
        switch self.state {
        case .running, .paused: false
        case .stopped, .finished, .failed: true
        }
    }

    /// - Returns: Whether it was not over yet.
    func set(_ state: State) -> Bool {
        guard !self.isOver else { return false }
        self.state = state
        self.reason = nil
        self.since = nil
        return true
    }

    /// Moves what was there when it began, until all of it had its turn or it is stopped.
    func run() async {
        guard let end = await self.engine.end(of: self.order.source, in: self.order.host) else {
            return self.fail("the source is gone")
        }
        self.since = (end, 0)
        var cursor = RedriveCursor.start
        let countMax = max(1, self.order.rate / Self.stepsPerSecond)
        while !self.isOver {
            guard !Task.isCancelled else {
                self.state = .stopped
                return
            }
            if self.state == .running {
                let step = await self.engine.redriveStep(
                    source: self.order.source, in: self.order.host, selection: .readyBelow(end),
                    target: self.order.target.map { .queue($0) } ?? .queueItDiedIn,
                    from: cursor, countMax: countMax)
                guard let next = self.take(step) else { return }
                cursor = next
                self.pauseIfReturning(step.end)
            }
            let pause =
                self.order.rate < Self.stepsPerSecond
                ? .seconds(1) / self.order.rate : Self.stepInterval
            try? await Task.sleep(for: pause)
        }
    }

    /// - Returns: Where it goes on; nil when it is over.
    private func take(_ step: RedriveStep) -> RedriveCursor? {
        self.moved += step.moved
        self.unroutable += step.unroutable
        self.movedTo.merge(step.movedTo) { $0 + $1 }
        switch step.next {
        case .goOn(let cursor), .loading(let cursor): return cursor
        case .finished: if !self.isOver { self.state = .finished }
        case .sourceNotFound: self.fail("the source is gone")
        case .targetNotFound: self.fail("there is no such target")
        }
        return nil
    }

    /// Waits for somebody's word when what is put back dies again; who lets it go on means it, and
    /// what came back before that is not held against it.
    ///
    /// - Parameter now: Where the source ends.
    private func pauseIfReturning(_ now: QueueEnd) {
        guard self.order.target != self.order.source else { return }
        let since = self.since ?? (now, self.moved)
        self.since = since
        let (returned, moved) = (since.end.arrivals(until: now), self.moved - since.moved)
        guard self.state == .running, ReturnRule.stops(returned: returned, moved: moved) else {
            return
        }
        self.state = .paused
        self.reason =
            "\(returned) messages came into \(self.order.source) while \(moved) were put back"
    }

    private func fail(_ reason: String) {
        self.state = .failed
        self.reason = reason
    }

    /// What it has done so far.
    var status: RedriveStatus {
        RedriveStatus(
            id: self.id, order: self.order, state: self.state, moved: self.moved,
            unroutable: self.unroutable, movedTo: self.movedTo, reason: self.reason)
    }
}

/// What a redrive is to do.
struct RedriveOrder: Sendable {
    var host: VirtualHostName
    var source: QueueName
    /// nil is the queue that each message died in.
    var target: QueueName?
    /// Messages a second.
    var rate: Int
    var user: String
}

/// What a redrive has done so far.
struct RedriveStatus: Sendable {
    var id: Int
    var order: RedriveOrder
    var state: RedriveJob.State
    var moved: Int
    var unroutable: Int
    var movedTo: [QueueName: Int]
    var reason: String?
}

extension JSONWriter {
    /// How many went where.
    mutating func movedTo(_ counts: [QueueName: Int]) {
        self.key("moved_to")
        self.object { json in
            for (queue, count) in counts.sorted(by: { $0.key < $1.key }) {
                json.key(named: queue.text)
                json.integer(Int64(count))
            }
        }
    }

    mutating func redrive(_ status: RedriveStatus) {
        self.field("id", status.id)
        self.field("vhost", status.order.host.text)
        self.field("queue", status.order.source.text)
        self.field("target", orNull: status.order.target?.text)
        self.field("rate", status.order.rate)
        self.field("user", status.order.user)
        self.field("state", status.state.rawValue)
        self.field("moved", status.moved)
        self.field("unroutable", status.unroutable)
        self.movedTo(status.movedTo)
        self.field("reason", orNull: status.reason)
    }
}
