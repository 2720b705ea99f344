import BrokerLink
import Messaging

/// How far a redrive has come, or how it ended.
package struct RedriveOutcome: Equatable, Sendable {
    /// Whether it still runs, and if not, why it ended.
    package enum Ending: Equatable, Sendable {
        case running
        case completed
        case stopped
        case failed(LinkError)
    }

    package let plan: RedrivePlan
    package let report: RedriveReport
    package let ending: Ending

    package init(plan: RedrivePlan, report: RedriveReport, ending: Ending) {
        self.plan = plan
        self.report = report
        self.ending = ending
    }

    /// Whether every message that was chosen has moved.
    package var isComplete: Bool {
        self.ending == .completed && self.report.moved == self.plan.count
            && self.plan.obstacles.isEmpty
    }

    /// One line, such as `812 requeued: orders.payment 800, mail 12; 3 left: mail.old is gone`.
    package var summary: String {
        var parts = [self.movedPhrase]
        if !self.plan.coversOnlyPart {  // Else the link's report counts them all.
            parts += RedriveText.obstacles(self.plan.obstacles).map {
                "\(RedriveText.grouped($0.count)) left: \($0.reason)"
            }
        }
        if self.report.unroutable > 0 {
            parts.append(
                "\(RedriveText.grouped(self.report.unroutable)) left: no queue to go to")
        }
        if self.report.missing > 0 {
            parts.append("\(RedriveText.grouped(self.report.missing)) were gone or held by then")
        }
        if self.ending == .stopped { parts.append("stopped by you") }
        let done = parts.joined(separator: "; ")
        if case .failed(let error) = self.ending { return "\(done). \(error)" }
        return done
    }

    private var movedPhrase: String {
        let moved = RedriveText.grouped(self.report.moved)
        if case .running = self.ending {
            return "\(self.verb) \(moved) of \(RedriveText.grouped(self.plan.count))"
        }
        let targets = RedriveText.largestFirst(self.report.movedTo)
        guard !targets.isEmpty else { return "\(moved) \(self.verb)" }
        let list = targets.map { "\($0.name) \(RedriveText.grouped($0.count))" }
        return "\(moved) \(self.verb): \(list.joined(separator: ", "))"
    }

    private var verb: String { self.plan.isMove ? "moved" : "requeued" }
}
