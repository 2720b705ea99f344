import ArgumentParser
import BrokerLink
import ConsoleRuntime
import DeadLetters
import Messaging
import PlainJSON
import Screens

/// `queuetop requeue QUEUE`: puts dead letters back.
struct RequeueCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue", abstract: "Put the dead letters of a queue back.",
        discussion: """
            Each goes back to the queue it died in, or all to the one of --to. It shows what goes \
            where and asks. Interrupted, it may leave a message in both queues, never in neither. \
            Where a message stays, as nobody knows where it died or that queue is gone, the exit \
            code is 75.

            --json prints {"dry_run", "action", "queue", "planned_messages", \
            "covers_only_part", "targets", "stay"}, and when it was done "moved_messages", \
            "moved_to", "unroutable_messages", "missing_messages". With covers_only_part, targets \
            and stay are of the first messages alone.
            """)

    /// Dead letters that are looked at for the dry run; with more the broker decides for the rest.
    static let lettersSeenMax = 1_000

    @Argument(help: "The dead-letter queue.", completion: .queueNames) var name: QueueName

    @Option(
        help: ArgumentHelp("All to this queue instead.", valueName: "queue"),
        completion: .queueNames)
    var to: QueueName?

    @Option(
        help: ArgumentHelp(
            "Messages a second. (default: as fast as it goes)", valueName: "messages"))
    var rate: Int?

    @OptionGroup var force: ForceOption
    @OptionGroup var act: ActOptions
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    func validate() throws {
        if let rate, rate < 1 {
            throw ValidationError("--rate is at least 1 message a second.")
        }
    }

    func run() async throws {
        let (act, queue, force) = (self.act, self.name, self.force.intrusionMax)
        let rate = self.rate
        let target = self.to.map { RedriveRequest.Target.queue($0) } ?? .queueItDiedIn
        await endingOnFailure { () async throws(CommandFailure) in try act.requireAnswerable() }
        await self.inSession { session throws(CommandFailure) in
            try await session.requireTakeable(queue)
            try await Self.require(target, of: queue, session)
            var plan = try await Self.plan(queue, target, session, force)
            plan.perSecondMax = rate
            let document = Self.document(plan, queue)
            let count = Figures.counted(plan.count, "message")
            let seen = plan.targets.values.reduce(0, +) + plan.unroutable
            let lines =
                ["would requeue \(count) from \(queue)"]
                + (plan.coversOnlyPart ? ["of the first \(Figures.count(seen)):"] : [])
                + RedriveText.dryRun(plan).map { "  \($0)" }
                + [plan.shortfall].compactMap { $0 }
            guard
                try act.proceeds(
                    lines, document: document,
                    .init(
                        question: "Requeue \(count)?", queue: queue,
                        auditor: session.auditor))
            else { return }
            let outcome = try await session.audited(.redrive(plan)) {
                () async throws(CommandFailure) in
                await session.carryOut(plan)
            } outcome: {
                $0.summary
            }
            try act.report([outcome.summary], document + Self.document(outcome))
            try outcome.requireWhole()
        }
    }

    /// Refuses a target that is not there, or is where they lie.
    private static func require(
        _ target: RedriveRequest.Target, of queue: QueueName, _ session: CommandSession
    ) async throws(CommandFailure) {
        guard case .queue(let target) = target else { return }
        guard target != queue else {
            throw CommandFailure(.usage, "They lie in \(queue) already.")
        }
        _ = try await session.readyCount(of: target)
    }

    private static func plan(
        _ queue: QueueName, _ target: RedriveRequest.Target, _ session: CommandSession,
        _ intrusionMax: Intrusion
    ) async throws(CommandFailure) -> RedrivePlan {
        let sample = try await session.sample()
        let ready = try await session.readyCount(of: queue)
        let request = BrowseRequest(
            queue: queue, countMax: Self.lettersSeenMax, bodyBytesMax: 0,
            intrusionMax: intrusionMax)
        let page = try await asked { () async throws(LinkError) in
            try await session.link.browse(request)
        }
        let names = Set(sample.queues.map(\.name))
        let deadLetterQueues = Set(
            sample.queues.filter(\.receivesDeadLetters).map(\.name))
        let letters = page.messages.map {
            DeadLetter($0, in: queue, deadLetterQueues: deadLetterQueues)
        }
        guard page.hasMore || page.stop != nil else {
            return RedrivePlan(for: letters, to: target, hasQueue: names.contains)
        }
        return RedrivePlan(
            wholeOf: [queue: ready], seen: letters, to: target, hasQueue: names.contains)
    }

    private static func document(_ plan: RedrivePlan, _ queue: QueueName) -> [JSON.Member] {
        let targets = plan.targets.sorted { $0.key < $1.key }
        let stay = plan.obstacles.map { (RedriveText.reason($0.key), $0.value) }.sorted {
            $0.0 < $1.0
        }
        return [
            .init("action", .text("requeue")), .init("queue", .text(queue.text)),
            .init("planned_messages", .count(plan.count)),
            .init("covers_only_part", .bool(plan.coversOnlyPart)),
            .init("targets", .object(targets.map { .init($0.key.text, .count($0.value)) })),
            .init("stay", .object(stay.map { .init($0.0, .count($0.1)) })),
        ]
    }

    private static func document(_ outcome: RedriveOutcome) -> [JSON.Member] {
        let movedTo = outcome.report.movedTo.sorted { $0.key < $1.key }
        return [
            .init("moved_messages", .count(outcome.report.moved)),
            .init("moved_to", .object(movedTo.map { .init($0.key.text, .count($0.value)) })),
            .init("unroutable_messages", .count(outcome.report.unroutable)),
            .init("missing_messages", .count(outcome.report.missing)),
        ]
    }
}

extension CommandSession {
    /// Carries out a plan and shows on a terminal how far it is.
    func carryOut(_ plan: RedrivePlan) async -> RedriveOutcome {
        let pace = MovePace(self.time.now())
        let outcome = await RedriveRunner(link: self.link).run(plan) { progress in
            CommandOutput.progress(
                pace.line(progress.report.moved, of: plan.count, now: self.time.now()))
        }
        CommandOutput.endProgress()
        return outcome
    }
}
