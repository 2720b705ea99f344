import BrokerLink

/// Drives a ``RedriveRun`` over a link; it decides nothing.
package struct RedriveRunner: Sendable {
    private let link: any BrokerLink

    package init(link: any BrokerLink) { self.link = link }

    /// Carries out a plan and tells how far it has come after each batch.
    ///
    /// Cancelling the task stops it after the batch under way. Whatever interrupts it, a message
    /// may then lie in both queues, but in neither it never does: see ``BrokerLink/redrive(_:)``.
    ///
    /// - Returns: How it ended.
    package func run(
        _ plan: RedrivePlan, progress: (RedriveOutcome) async -> Void
    ) async -> RedriveOutcome {
        var run = RedriveRun(plan)
        var action = run.start()
        while true {
            switch action {
            case .end(let outcome): return outcome
            case .send(let request): action = await self.carryOut(request, &run, progress)
            case .report: preconditionFailure("progress is told while a request is carried out")
            }
        }
    }

    /// Sends one request and follows its events until the run has something else to do.
    private func carryOut(
        _ request: RedriveRequest, _ run: inout RedriveRun,
        _ progress: (RedriveOutcome) async -> Void
    ) async -> RedriveRun.Action {
        for await event in self.link.redrive(request) {
            let action = run.received(event)
            guard case .report(let outcome) = action else { return action }
            await progress(outcome)
        }
        return Task.isCancelled ? run.stopped() : run.streamEnded()
    }
}
