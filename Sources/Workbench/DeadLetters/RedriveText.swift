import BrokerLink
import Messaging

/// A plan in words: what a dialog shows before anything happens.
package enum RedriveText {
    /// Targets that are listed by name; the others are summed up.
    package static let targetsShownMax = 6

    /// The dry run, one line for each target and each obstacle.
    ///
    /// ```
    ///   809 → orders.payment
    ///     3 stay: queue orders.old is gone
    /// ```
    package static func dryRun(_ plan: RedrivePlan) -> [String] {
        let targets = Self.largestFirst(plan.targets)
        var lines = targets.prefix(Self.targetsShownMax).map {
            (count: $0.count, text: "→ \($0.name)")
        }
        let rest = targets.dropFirst(Self.targetsShownMax)
        if !rest.isEmpty {
            lines.append(
                (
                    count: rest.reduce(0) { $0 + $1.count },
                    text: "→ \(Self.counted(rest.count, "other queue"))"
                ))
        }
        lines += Self.obstacles(plan.obstacles).map {
            (count: $0.count, text: "\($0.count == 1 ? "stays" : "stay"): \($0.reason)")
        }
        let figures = lines.map { Self.grouped($0.count) }
        let width = figures.map(\.utf8.count).max() ?? 0
        return zip(figures, lines).map { figure, line in
            String(repeating: " ", count: width - figure.utf8.count) + "\(figure) \(line.text)"
        }
    }

    /// Targets with their counts, the largest first.
    static func largestFirst(_ counts: [QueueName: Int]) -> [(name: QueueName, count: Int)] {
        counts.map { (name: $0.key, count: $0.value) }.sorted { left, right in
            left.count != right.count ? left.count > right.count : left.name < right.name
        }
    }

    /// Reasons with their counts, the most frequent first.
    static func obstacles(
        _ obstacles: [RedrivePlan.Obstacle: Int]
    ) -> [(count: Int, reason: String)] {
        obstacles.map { (count: $0.value, reason: Self.reason($0.key)) }.sorted { left, right in
            left.count != right.count ? left.count > right.count : left.reason < right.reason
        }
    }

    /// Why messages stay, as the end of a sentence.
    package static func reason(_ obstacle: RedrivePlan.Obstacle) -> String {
        switch obstacle {
        case .noDeathRecord: "no death record, so where they died is unknown"
        case .diedNowhereElse(let queue): "they died only in \(queue) itself"
        case .queueGone(let queue): "queue \(queue) is gone"
        case .alreadyThere(let queue): "they lie in \(queue) already"
        case .heldByConsumer: "a consumer holds them"
        }
    }

    /// `1 message`, `1,204 messages`.
    package static func counted(_ count: Int, _ noun: String) -> String {
        "\(Self.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// Digits in groups of three.
    static func grouped(_ count: Int) -> String {
        let digits = Array(String(count.magnitude))
        var text = count < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
