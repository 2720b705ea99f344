import BrokerLink
import Messaging

/// The question before a circuit breaker is opened or closed by hand.
enum BreakerDialog {
    /// Asks to close one that is not closed, and to open one that is; nil without a breaker.
    static func ask(_ queue: QueueTrend) -> Dialog? {
        guard let breaker = queue.sample.flow.breaker else { return nil }
        let sample = queue.sample
        let isOpen = breaker.state == .closed
        let consumers = Figures.counted(sample.knownConsumers, "consumer")
        var lines = ["It is \(breaker.summary)."]
        if isOpen {
            lines += [
                "Deliveries to \(consumers) stop until you close it again.",
                "Messages wait in the queue; basic.get still takes them.",
            ]
        } else {
            let ready = Figures.counted(sample.knownReady, "message")
            lines += [
                "Deliveries to \(consumers) go on at once.",
                "\(ready) \(sample.ready == 1 ? "is" : "are") ready.",
                "It opens again when \(Figures.share(breaker.threshold, of: 1)) of them fail.",
            ]
        }
        let verb = isOpen ? "Open" : "Close"
        return Dialog(
            title: "\(verb) the circuit breaker of \(sample.name)?", lines: lines,
            verb: "\(verb) it", isDestructive: isOpen,
            effects: [.work(.setBreaker(sample.name, isOpen: isOpen))])
    }
}
