import BrokerLink
import Messaging

/// The questions before queues are purged or deleted.
package enum QueueListDialogs {
    /// Asks before the ready messages of these queues are removed; there is at least one.
    package static func purge(_ queues: [QueueTrend]) -> Dialog {
        let samples = queues.map(\.sample)
        let ready = samples.sum(of: \.knownReady)
        let unacked = samples.reduce(0) { $0 + $1.unacked }
        let messages = Figures.counted(ready, "message")
        var lines = Self.list(samples) { Figures.counted($0.knownReady, "message") }
        lines.append("\(messages) that \(ready == 1 ? "is" : "are") ready will be removed.")
        if unacked > 0 {
            lines.append(
                "\(Figures.counted(unacked, "unacked one")) stay with their consumers.")
        }
        lines.append(Self.consumers(of: samples, "will find nothing to do"))
        lines += ["", "This cannot be undone."]
        return Dialog(
            title: Self.title("Purge", samples), lines: lines, verb: "Purge \(messages)",
            effects: samples.filter(\.mayHaveReady).map { .work(.purge($0.name)) })
    }

    /// Asks before these queues are deleted; there is at least one.
    ///
    /// What the dialog says about emptiness and consumers becomes a condition, which a person may
    /// turn on or off: when it does not hold by the time of the answer, the broker refuses. Several
    /// at once are gone so easily that a word has to be typed.
    package static func delete(_ queues: [QueueTrend]) -> Dialog {
        let samples = queues.map(\.sample)
        let depth = samples.sum(of: \.knownDepth)
        var lines = Self.list(samples) { Figures.counted($0.knownDepth, "message") }
        lines.append(
            depth == 0
                ? "\(samples.count == 1 ? "It is" : "They are") empty."
                : "\(Figures.counted(depth, "message")) will be deleted with "
                    + "\(samples.count == 1 ? "it" : "them").")
        lines.append(Self.consumers(of: samples, "will be cancelled"))
        lines += ["", "Bindings go with it. This cannot be undone."]
        return Dialog(
            title: Self.title("Delete", samples), lines: lines,
            verb: "Delete \(Figures.counted(samples.count, "queue"))",
            options: [
                Dialog.Option(.onlyIfEmpty, isOn: depth == 0),
                Dialog.Option(
                    .onlyIfUnused, isOn: samples.allSatisfy { $0.knownConsumers == 0 }),
            ],
            typedText: samples.count > 1 ? "delete" : nil,
            effects: samples.map { sample in
                .work(
                    .deleteQueue(
                        sample.name, ifUnused: sample.knownConsumers == 0,
                        ifEmpty: sample.knownDepth == 0))
            })
    }

    private static let listedMax = 6

    private static func title(_ verb: String, _ samples: [QueueSample]) -> String {
        guard samples.count == 1, let sample = samples.first else {
            return "\(verb) \(Figures.counted(samples.count, "queue"))?"
        }
        return "\(verb) \(sample.name)?"
    }

    /// The queues by name when there are several.
    private static func list(
        _ samples: [QueueSample], _ figure: (QueueSample) -> String
    ) -> [String] {
        guard samples.count > 1 else { return [] }
        var lines = samples.prefix(Self.listedMax).map { "\($0.name): \(figure($0))" }
        if samples.count > Self.listedMax {
            lines.append("and \(samples.count - Self.listedMax) more")
        }
        return lines + [""]
    }

    private static func consumers(of samples: [QueueSample], _ consequence: String) -> String {
        let consumers = samples.sum(of: \.knownConsumers)
        return consumers == 0
            ? "No consumer is connected."
            : "\(Figures.counted(consumers, "consumer")) \(consequence)."
    }
}
