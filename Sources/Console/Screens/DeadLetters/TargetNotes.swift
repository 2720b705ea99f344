import BrokerLink
import Messaging

/// What a person should know of queues before messages are put into them.
enum TargetNotes {
    /// Queues that are named; more would bury the plan.
    private static let queuesMax = 3

    /// A line for each queue in which messages may not stay or not be worked on.
    static func lines(for targets: some Sequence<QueueName>, in history: SampleHistory) -> [String]
    {
        let notes = targets.sorted().compactMap { target -> String? in
            guard let sample = history.queue(target)?.sample else { return nil }
            let facts = Self.facts(of: sample)
            return facts.isEmpty ? nil : "\(target) \(facts.joined(separator: ", "))."
        }
        let rest = notes.count - Self.queuesMax
        return notes.prefix(Self.queuesMax)
            + (rest > 0 ? ["So it is with \(Figures.counted(rest, "other queue"))."] : [])
    }

    private static func facts(of sample: QueueSample) -> [String] {
        var facts: [String] = []
        if sample.knownConsumers == 0 { facts.append("has no consumer") }
        if sample.features.contains(.limited) { facts.append("is limited and may drop or refuse") }
        if sample.features.contains(.messageTTL) { facts.append("lets messages expire") }
        if !sample.features.contains(.durable) { facts.append("is not durable") }
        return facts
    }
}
