import BrokerLink
import ConsoleRuntime
import DeadLetters
import Messaging
import PlainJSON
import Screens

/// A move within one broker, which the broker itself does.
struct LocalMove: Sendable {
    var source: QueueName
    var target: QueueName
    var countMax: Int?
    var act: ActOptions

    func run(_ session: CommandSession, _ intrusionMax: Intrusion) async throws(CommandFailure) {
        guard self.source != self.target else {
            throw CommandFailure(.usage, "They lie in \(self.source) already.")
        }
        try await session.requireTakeable(self.source)
        let ready = try await session.readyCount(of: self.source)
        let there = try await session.readyCount(of: self.target)
        let plan = try await self.plan(session, ready: ready, intrusionMax)
        var queue = MoveDocument.Queue(
            source: self.source, target: self.target, ready: plan.count, targetBefore: there)
        let count = Figures.counted(plan.count, "message")
        let way = "\(count) from \(self.source) to \(self.target)"
        let address = session.broker.address
        guard
            try self.act.proceeds(
                ["would move \(way)"],
                document: MoveDocument(target: address, queues: [queue]).members,
                .init(question: "Move \(way)?", queue: self.source, auditor: session.auditor))
        else { return }
        let outcome = try await session.audited(.redrive(plan)) { () async throws(CommandFailure) in
            await session.carryOut(plan)
        } outcome: {
            $0.summary
        }
        let left = try await session.readyCount(of: self.source)
        let now = try await session.readyCount(of: self.target)
        queue.moved = outcome.report.moved
        queue.missing = outcome.report.missing
        (queue.sourceAfter, queue.targetAfter) = (left, now)
        queue.outcome = outcome.isWhole ? "done" : outcome.summary
        try self.act.report(
            [
                "moved \(Figures.counted(outcome.report.moved, "message")); \(self.source) has "
                    + "\(Figures.count(left)) ready, \(self.target) \(Figures.count(now))"
            ],
            MoveDocument(target: address, queues: [queue]).members)
        try outcome.requireWhole()
    }

    private func plan(
        _ session: CommandSession, ready: Int, _ intrusionMax: Intrusion
    ) async throws(CommandFailure) -> RedrivePlan {
        guard let countMax = self.countMax, countMax < ready else {
            return RedrivePlan(
                wholeOf: [self.source: ready], seen: [], to: .queue(self.target)
            ) { _ in true }
        }
        var letters: [DeadLetter] = []
        var request = BrowseRequest(
            queue: self.source, bodyBytesMax: 0, intrusionMax: intrusionMax)
        while letters.count < countMax {
            request.countMax = min(1_000, countMax - letters.count)
            let asking = request
            let page = try await asked { () async throws(LinkError) in
                try await session.link.browse(asking)
            }
            letters += page.messages.filter { !$0.isUnacked }
                .map { DeadLetter($0, in: self.source, deadLetterQueues: []) }
            guard page.hasMore, let last = page.messages.last else { break }
            request.after = last.id
        }
        return RedrivePlan(for: letters, to: .queue(self.target)) { _ in true }
    }
}
