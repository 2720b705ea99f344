import BrokerLink
import Messaging
import Screens

extension EffectRunner {
    /// Copies a part of a stream, and tells how far it has come after each batch.
    func replay(_ request: ReplayRequest, until stop: AsyncStream<Never>?) async {
        do throws(LinkError) {
            let outcome = try await self.audited(.replay(request)) {
                await self.carryOut(request, until: stop)
            } outcome: {
                $0.summary
            }
            self.tell(.replayed(outcome))
        } catch {
            self.tell(.replayed(ReplayOutcome(request: request, ending: .failed(error))))
        }
    }

    /// Follows a replay to its end, or until `stop` ends.
    private func carryOut(
        _ request: ReplayRequest, until stop: AsyncStream<Never>?
    ) async -> ReplayOutcome {
        let (link, tell) = (self.link, self.tell)
        return await withTaskGroup(of: ReplayOutcome?.self) { tasks in
            tasks.addTask { await Self.follow(link.replay(request), of: request, tell) }
            tasks.addTask {
                if let stop { for await _ in stop {} }
                return nil
            }
            var outcome: ReplayOutcome?
            // Whichever ends first, the other one is told to end, and both are waited for.
            for await ended in tasks {
                outcome = outcome ?? ended
                tasks.cancelAll()
            }
            guard let outcome else { preconditionFailure("a replay always says how it ended") }
            return outcome
        }
    }

    private static func follow(
        _ events: AsyncStream<ReplayEvent>, of request: ReplayRequest,
        _ tell: @Sendable (ConsoleMessage) -> Void
    ) async -> ReplayOutcome {
        var outcome = ReplayOutcome(request: request, ending: .running)
        for await event in events {
            switch event {
            case .progress(let report):
                outcome.report = report
                tell(.replayed(outcome))
            case .finished(let report):
                return ReplayOutcome(request: request, report: report, ending: .completed)
            case .failed(let report, let error):
                return ReplayOutcome(request: request, report: report, ending: .failed(error))
            }
        }
        outcome.ending =
            Task.isCancelled ? .stopped : .failed(.outcomeUnknown(action: "the replay"))
        return outcome
    }
}
