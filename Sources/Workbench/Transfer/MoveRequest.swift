import BrokerLink
import Messaging

/// Which messages to carry from a queue of one broker to a queue of another.
package struct MoveRequest: Hashable, Sendable {
    package var source: QueueName
    package var target: QueueName
    /// So many messages at most; what comes into the source meanwhile shall not keep it going.
    package var countMax: Int
    /// The worst that looking into the source may do.
    package var intrusionMax: Intrusion

    package init(
        source: QueueName, target: QueueName, countMax: Int, intrusionMax: Intrusion = .none
    ) {
        self.source = source
        self.target = target
        self.countMax = countMax
        self.intrusionMax = intrusionMax
    }
}

/// What became of the messages of a move; each is counted once.
package struct MoveReport: Equatable, Sendable {
    /// In the target, and removed from the source.
    package var moved = 0
    /// In the target, but a consumer of the source took them as well: they are there twice.
    package var duplicated = 0
    /// In the target; not known whether they are still in the source.
    package var copied = 0
    /// Still in the source; not known whether they are in the target as well.
    package var unknown = 0
    /// Left in the source, because a consumer holds them.
    package var held = 0

    package init() {}

    /// Those that a repeated move may put there twice.
    package var uncertain: Int { self.copied + self.unknown }
    /// Those that the target has for sure.
    package var arrived: Int { self.moved + self.duplicated + self.copied }
}

/// How far a move has come, or how it ended.
package struct MoveOutcome: Equatable, Sendable {
    /// Whether it still runs, and if not, why it ended.
    package enum Ending: Equatable, Sendable {
        case running
        case completed
        case stopped
        case failed(LinkError)
    }

    package var request: MoveRequest
    package var report: MoveReport
    package var ending: Ending

    package init(request: MoveRequest, report: MoveReport = .init(), ending: Ending) {
        self.request = request
        self.report = report
        self.ending = ending
    }

    /// One line, such as `812 moved; 3 left: a consumer holds them`.
    package var summary: String {
        var parts = ["\(self.report.moved) moved"]
        func add(_ count: Int, _ words: String) {
            if count > 0 { parts.append("\(count) \(words)") }
        }
        add(self.report.duplicated, "there twice: a consumer of the source took them as well")
        add(self.report.copied, "copied, unknown whether the source still has them")
        add(self.report.unknown, "left, unknown whether the target has them as well")
        add(self.report.held, "left: a consumer holds them")
        switch self.ending {
        case .running, .completed: break
        case .stopped: parts.append("stopped by you")
        case .failed(let error): parts.append("\(error)")
        }
        return parts.joined(separator: "; ")
    }
}
