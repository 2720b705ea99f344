import BrokerLink
import DeadLetters
import Messaging

/// The questions before dead letters are put back or deleted.
enum DeadLetterDialogs {
    /// Asks before a plan is carried out, with its dry run.
    ///
    /// - Parameters:
    ///   - plan: A plan with at least one step.
    ///   - notes: What else there is to know before.
    static func requeue(_ plan: RedrivePlan, notes: [String]) -> Dialog {
        let count = Figures.counted(plan.count, "message")
        let sources = Self.list(plan.sources)
        var lines = [String]()
        if plan.coversOnlyPart {
            let seen = plan.targets.values.reduce(plan.unroutable, +)
            lines.append("Of the first \(Figures.count(seen)), which were looked at:")
        }
        lines += RedriveText.dryRun(plan) + notes
        let pace = DialogPace(for: plan.count)
        lines += [""] + (pace == nil ? [] : ["It stops by itself when too many come back."])
        lines.append("If it is interrupted, some may lie in both queues; none is lost.")
        let all = plan.coversOnlyPart ? "all " : ""
        let verb = plan.isMove ? "Move" : "Requeue"
        return Dialog(
            title: "\(verb) \(all)\(count) of \(sources)?", lines: lines,
            verb: "\(verb) \(count)", isDestructive: false, pace: pace,
            effects: [.work(.redrive(plan))])
    }

    /// Asks before these letters are deleted; there is at least one.
    static func delete(_ letters: [DeadLetter]) -> Dialog {
        let free = letters.filter { !$0.browsed.isUnacked }
        let byQueue = Dictionary(grouping: free, by: \.queue).sorted { $0.key < $1.key }
        let count = Figures.counted(free.count, "message")
        var lines = byQueue.map { queue, letters in
            "\(Figures.counted(letters.count, "message")) of \(queue)"
        }
        if free.count < letters.count {
            lines.append("\(Figures.count(letters.count - free.count)) held by consumers stay.")
        }
        lines += ["", "This cannot be undone."]
        return Dialog(
            title: "Delete \(count)?", lines: lines, verb: "Delete \(count)",
            effects: byQueue.map { queue, letters in
                .work(.deleteMessages(letters.map(\.browsed.id).sorted(), from: queue))
            })
    }

    private static func list(_ queues: [QueueName]) -> String {
        queues.count == 1 ? queues[0].text : Figures.counted(queues.count, "queue")
    }
}
