import BrokerLink
import Messaging

extension ClientConsumer {
    package var prefetchWords: String {
        self.prefetch == 0 ? "no limit" : Figures.count(self.prefetch, columns: 8)
    }

    /// Its client and the channel there, which tells two of one connection apart.
    var place: String { "\(self.origin) (\(self.id.channel.number))" }

    package var modeWords: String { self.needsAck ? "ack" : "auto-ack" }

    /// Whether it gets messages now, how many at most, and whether nobody else may.
    package var stateWords: String {
        if !self.isActive { return "waiting" }
        if let reader = self.reader { return "behind \(Figures.count(reader.lag))" }
        if let rate = self.deliveriesPerSecondMax { return "max \(Figures.rate(rate))" }
        return self.isExclusive ? "exclusive" : "active"
    }
}
