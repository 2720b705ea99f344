import BrokerLink
import Messaging

/// Carries out a ``RedrivePlan`` request by request, without I/O.
///
/// ```
///            start             received(.progress)
///  waiting ─────────▶ running ◀───────────────────┐
///                      │ │ └──────────────────────┘
///    received(.finished) │ received(.failed), streamEnded, stopped
///    and no step is left │
///                      ▼ ▼
///                     ended
/// ```
/// A step that fails ends the run: what stopped it most likely stops the next one as well, and the
/// operator sees exactly how far it came.
package struct RedriveRun: Sendable {
    /// What its driver has to do next.
    package enum Action: Equatable, Sendable {
        case send(RedriveRequest)
        /// Tell how far it has come.
        case report(RedriveOutcome)
        case end(RedriveOutcome)
    }

    private enum State: Sendable {
        case waiting
        case running(step: Int)
        case ended
    }

    private let plan: RedrivePlan
    private var state = State.waiting
    /// What the steps before the running one have done.
    private var finished = RedriveReport()
    /// What the running step has done so far; reports of a link are cumulative.
    private var current = RedriveReport()

    package init(_ plan: RedrivePlan) { self.plan = plan }

    /// Begins with the first step; called once.
    package mutating func start() -> Action {
        guard case .waiting = self.state else { preconditionFailure("a run starts once") }
        return self.send(step: 0)
    }

    /// Takes in an event of the step under way.
    package mutating func received(_ event: RedriveEvent) -> Action {
        guard case .running(let step) = self.state else {
            return .end(self.outcome(.completed))  // A late event changes nothing.
        }
        switch event {
        case .progress(let report):
            self.current = report
            return .report(self.outcome(.running))
        case .finished(let report):
            self.finished.add(report)
            self.current = RedriveReport()
            return self.send(step: step + 1)
        case .failed(let report, let error):
            self.current = report
            return self.end(.failed(error))
        }
    }

    /// The link's stream ended without saying how: what became of the batch under way is unknown.
    package mutating func streamEnded() -> Action {
        self.end(.failed(.outcomeUnknown(action: "the requeue")))
    }

    /// The operator stopped it; the batch under way is not known to the report.
    package mutating func stopped() -> Action { self.end(.stopped) }

    private mutating func send(step: Int) -> Action {
        guard step < self.plan.steps.count else { return self.end(.completed) }
        self.state = .running(step: step)
        return .send(self.plan.steps[step].request)
    }

    private mutating func end(_ ending: RedriveOutcome.Ending) -> Action {
        self.state = .ended
        return .end(self.outcome(ending))
    }

    private func outcome(_ ending: RedriveOutcome.Ending) -> RedriveOutcome {
        var report = self.finished
        report.add(self.current)
        return RedriveOutcome(plan: self.plan, report: report, ending: ending)
    }
}

extension RedriveReport {
    /// Adds what another request has done.
    fileprivate mutating func add(_ other: RedriveReport) {
        self.moved += other.moved
        self.unroutable += other.unroutable
        self.missing += other.missing
        self.movedTo.merge(other.movedTo, uniquingKeysWith: +)
    }
}
