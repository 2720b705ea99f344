import BrokerLink
import DeadLetters
import Messaging
import Testing

@Suite("Redrive plans")
struct RedrivePlanTests {
    private let queues: Set<QueueName> = ["orders.payment", "orders.shipping", "dead", "dead.2"]

    @Test("Each message goes to the queue it died in, in the order in which it lies")
    func goesWhereItDied() {
        let plan = RedrivePlan(
            for: [
                letter(9), letter(2, rejectedIn: "orders.shipping"), letter(4),
                letter(1, lyingIn: "dead.2"),
            ],
            to: .queueItDiedIn, hasQueue: self.queues.contains)
        #expect(
            plan.steps == [
                step("dead", [4, 9], to: "orders.payment"),
                step("dead", [2], to: "orders.shipping"),
                step("dead.2", [1], to: "orders.payment"),
            ])
        #expect(plan.targets == ["orders.payment": 3, "orders.shipping": 1])
        #expect(plan.sources == ["dead", "dead.2"])
        #expect(plan.count == 4)
        #expect(plan.obstacles.isEmpty)
    }

    @Test("What cannot go stays, with its reason")
    func namesObstacles() {
        let plan = RedrivePlan(
            for: [
                letter(1), letter(2, rejectedIn: "gone"), letter(3, rejectedIn: "gone"),
                letter(4, isUnacked: true),
                DeadLetter(browsed(5, deaths: []), in: "dead", deadLetterQueues: []),
                DeadLetter(
                    browsed(6, deaths: [death(.expired, in: "dead")]), in: "dead",
                    deadLetterQueues: []),
            ],
            to: .queueItDiedIn, hasQueue: self.queues.contains)
        #expect(plan.count == 1)
        #expect(plan.unroutable == 5)
        #expect(
            plan.obstacles == [
                .queueGone("gone"): 2, .heldByConsumer: 1, .noDeathRecord: 1,
                .diedNowhereElse("dead"): 1,
            ])
        #expect(
            RedriveText.dryRun(plan) == [
                "1 → orders.payment",
                "2 stay: queue gone is gone",
                "1 stays: a consumer holds them",
                "1 stays: no death record, so where they died is unknown",
                "1 stays: they died only in dead itself",
            ])
    }

    @Test("A named target takes all, but not what lies there already")
    func movesElsewhere() {
        let letters = [letter(1), letter(2, lyingIn: "dead.2")]
        let plan = RedrivePlan(for: letters, to: .queue("dead.2"), hasQueue: self.queues.contains)
        #expect(plan.steps == [step("dead", [1], to: "dead.2")])
        #expect(plan.obstacles == [.alreadyThere("dead.2"): 1])
        let nowhere = RedrivePlan(
            for: letters, to: .queue("nowhere"), hasQueue: self.queues.contains)
        #expect(nowhere.steps.isEmpty)
        #expect(nowhere.obstacles == [.queueGone("nowhere"): 2])
    }

    @Test("Whole queues are left to the broker, and the figures are those of what was seen")
    func plansWholeQueues() {
        let plan = RedrivePlan(
            wholeOf: ["dead": 41_000], seen: [letter(1), letter(2, rejectedIn: "gone")],
            to: .queueItDiedIn, hasQueue: self.queues.contains)
        #expect(plan.coversOnlyPart)
        #expect(plan.count == 41_000)
        #expect(
            plan.steps.map(\.request) == [
                RedriveRequest(source: "dead", selection: .all, target: .queueItDiedIn)
            ])
        #expect(
            RedriveText.dryRun(plan) == [
                "1 → orders.payment", "1 stays: queue gone is gone",
            ])
    }

    @Test("Figures of a dry run stand in one column, and many targets are summed up")
    func alignsTheDryRun() {
        let letters = (0..<20).flatMap { queue in
            (0...queue).map { letter(UInt64(queue * 100 + $0), rejectedIn: QueueName("q\(queue)")) }
        }
        let names = Set((0..<20).map { QueueName("q\($0)") })
        let plan = RedrivePlan(for: letters, to: .queueItDiedIn, hasQueue: names.contains)
        #expect(
            RedriveText.dryRun(plan) == [
                " 20 → q19", " 19 → q18", " 18 → q17", " 17 → q16", " 16 → q15", " 15 → q14",
                "105 → 14 other queues",
            ])
    }

    private func step(
        _ source: QueueName, _ positions: [UInt64], to target: QueueName
    ) -> RedrivePlan.Step {
        RedrivePlan.Step(
            RedriveRequest(
                source: source,
                selection: .messages(positions.map { MessageID(Position($0)) }),
                target: .queue(target)),
            count: positions.count)
    }
}
