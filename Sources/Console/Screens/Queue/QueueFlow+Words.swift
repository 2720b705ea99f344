import BrokerLink
import Messaging

extension BreakerStatus {
    /// Its state in a word or two.
    var stateWords: String {
        switch self.state {
        case .closed: "closed"
        case .open: self.cause == .byOperator ? "open by hand" : "open"
        case .halfOpen: "half-open"
        }
    }

    /// `closed for 2h 10m, 3 of 120 failed`.
    package var summary: String {
        let age = Figures.duration(microseconds: self.stateMicroseconds)
        switch self.state {
        case .closed:
            let counted =
                "\(Figures.count(self.failures)) of \(Figures.count(self.outcomes)) failed"
            return "closed for \(age), \(self.outcomes == 0 ? "nothing counted" : counted)"
        case .open(nil): return "\(self.stateWords) for \(age), until it is closed by hand"
        case .open(let probesIn?):
            return "open for \(age), tries again in \(Figures.duration(microseconds: probesIn))"
                + (self.failureShare.map { ", \($0) failed" } ?? "")
        case .halfOpen(let unsent, let unsettled):
            return "half-open for \(age), \(Self.probes(unsent: unsent, unsettled: unsettled))"
        }
    }

    private static func probes(unsent: Int, unsettled: Int) -> String {
        var words: [String] = []
        if unsent > 0 { words.append("lets \(Figures.count(unsent)) through") }
        if unsettled > 0 { words.append("waits for \(Figures.counted(unsettled, "ack"))") }
        return words.joined(separator: ", ")
    }

    /// The share of failures that opened it; nil when it opened for another reason.
    private var failureShare: String? {
        guard self.cause != .byOperator, self.cause != .failedProbe, self.outcomes > 0 else {
            return nil
        }
        return Figures.share(Double(self.failures), of: Double(self.outcomes))
            + " of \(Figures.count(self.outcomes))"
    }

    /// What it means that it is not closed, in a sentence about its queue.
    func alarmSentence(of queue: QueueName) -> String {
        let age = Figures.duration(microseconds: self.stateMicroseconds)
        switch (self.state, self.cause) {
        case (.halfOpen(let unsent, let unsettled), _):
            return "circuit breaker half-open: \(queue) tries whether its consumers work again, "
                + Self.probes(unsent: unsent, unsettled: unsettled)
        case (_, .byOperator):
            return "circuit breaker open: an operator stopped the deliveries of \(queue) \(age) "
                + "ago; they go on when it is closed by hand"
        case (.open(let probesIn), let cause):
            let why =
                cause == .failedProbe
                ? "a trial failed" : (self.failureShare.map { "\($0) deliveries failed" } ?? "")
            return "circuit breaker open: \(why), so \(queue) delivers nothing for \(age)"
                + (probesIn.map {
                    "; it tries again in \(Figures.duration(microseconds: $0))"
                } ?? "")
        case (.closed, _): return "circuit breaker closed"
        }
    }
}

extension DeliveryPromise {
    /// `at least once`.
    package var words: String {
        switch self.level {
        case .atMostOnce: "at most once"
        case .atLeastOnce: "at least once"
        case .effectivelyOnce: "effectively once"
        }
    }

    /// The same for a narrow column, where it is more than most queues have.
    var tag: String? {
        switch self.level {
        case .atMostOnce: nil
        case .atLeastOnce: "≥1"
        case .effectivelyOnce: "=1"
        }
    }

    /// Why it is not better, a sentence each; why it is so good when nothing is amiss.
    package var reasonSentences: [String] {
        let told = Self.sentences.filter { self.reasons.contains($0.reason) }.map(\.sentence)
        guard told.isEmpty else { return told }
        return self.level == .effectivelyOnce
            ? ["a publish with an id that it has is not stored again"] : []
    }

    private static let sentences: [(reason: Reasons, sentence: String)] = [
        (.autoAck, "a consumer takes without ack: a message is gone once it is on its way"),
        (.notDurable, "messages are not on disk when they are confirmed"),
        (.goesAway, "the queue goes away by itself, and its messages with it"),
        (.transientMessages, "some messages are transient: a restart loses them"),
        (
            .unconfirmedPublishes,
            "some publishers use no confirms: what is lost on the way is missed"
        ),
        (.dropsOldest, "when full it drops the oldest, and no queue gets them"),
        (.dropsExpired, "messages expire, and no queue gets them"),
        (.dropsReturned, "messages returned too often die, and no queue gets them"),
        (.endsWithRetention, "retention drops what is too old or too much, read or not"),
        (.noDeduplication, "a publish that is repeated is stored again"),
        (.publishesWithoutID, "some publishes have no id, so repeated ones are not known"),
        (.noPublishes, "nothing was published lately that could have an id"),
    ]
}
