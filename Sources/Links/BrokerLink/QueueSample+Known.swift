// What is known of a queue, for whoever shows it: a figure that nobody told is no zero.

extension QueueSample {
    /// Figures that a broker leaves out, such as one that keeps no statistics.
    package struct Untold: OptionSet, Hashable, Sendable {
        package static let ready = Untold(rawValue: 1)
        package static let unacked = Untold(rawValue: 2)
        package static let readyBytes = Untold(rawValue: 4)
        package static let consumers = Untold(rawValue: 8)

        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    package var knownReady: Int? { self.untold.contains(.ready) ? nil : self.ready }
    package var knownUnacked: Int? { self.untold.contains(.unacked) ? nil : self.unacked }
    package var knownReadyBytes: UInt64? {
        self.untold.contains(.readyBytes) ? nil : self.readyBytes
    }
    package var knownConsumers: Int? { self.untold.contains(.consumers) ? nil : self.consumers }

    /// Ready and unacked together, when both are known.
    package var knownDepth: Int? {
        self.untold.isDisjoint(with: [.ready, .unacked]) ? self.depth : nil
    }

    /// Whether messages are ready, or nobody knows.
    package var mayHaveReady: Bool { self.knownReady != 0 }
}

extension Sequence {
    /// The sum of what is known of each; nil as soon as one is not known.
    package func sum<Value: AdditiveArithmetic>(of value: (Element) -> Value?) -> Value? {
        var sum = Value.zero
        for element in self {
            guard let value = value(element) else { return nil }
            sum += value
        }
        return sum
    }
}
