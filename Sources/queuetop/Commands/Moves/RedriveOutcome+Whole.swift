import DeadLetters
import Screens

extension RedriveOutcome {
    /// Messages that were to be moved and are not, for all that is known.
    ///
    /// Those that consumers took from a whole queue meanwhile are none of them.
    private var leftCount: Int {
        let planned = self.plan.coversOnlyPart ? 0 : self.plan.unroutable
        return planned + self.report.unroutable + self.report.missing
    }

    /// Whether all was done that was asked for.
    var isWhole: Bool { self.ending == .completed && self.leftCount == 0 }

    /// Throws when less was done than was asked for, whatever the reason: a script goes on only
    /// when nothing is left to do.
    func requireWhole() throws(CommandFailure) {
        switch self.ending {
        case .running, .completed:
            guard !self.isWhole else { return }
            let verb = self.plan.isMove ? "moved" : "requeued"
            throw CommandFailure(
                .outcomeUnknown,
                "\(self.report.moved == 0 ? "Nothing" : "Not everything") was \(verb): "
                    + "\(Figures.counted(self.leftCount, "message")) "
                    + (self.report.missing == 0 ? "left." : "left, or gone meanwhile.")
                    + (self.plan.isMove ? "" : " \(RedrivePlan.elsewhere)"))
        case .stopped: throw CommandFailure(.outcomeUnknown, "Stopped by you before its end.")
        case .failed(let error): throw CommandFailure(error)
        }
    }
}

extension RedrivePlan {
    /// What to do with messages that cannot go back.
    fileprivate static let elsewhere = "--to takes all of them to a queue that you name."

    /// What a dry run says when not all of it can be done; nil when it can, for all that is known.
    var shortfall: String? {
        guard self.unroutable > 0 else { return nil }
        let what =
            self.targets.isEmpty
            ? "nothing of this would be requeued" : "only a part of this would be requeued"
        return "\(what): exit code \(ExitStatus.outcomeUnknown.rawValue)"
    }
}
