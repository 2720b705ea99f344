import Core
import Engine
import Messaging

/// A queue's figures and how it is set up, at one moment.
struct QueueMeasures: Sendable {
    var figures: QueueFigures
    var facts: QueueFacts
}

extension Engine {
    /// Looks at one queue; nil when there is none of that name.
    func measures(of name: QueueName, in host: VirtualHostName) -> QueueMeasures? {
        self.snapshot { broker, now in
            guard let facts = broker.detail(of: name, in: host, now: now),
                let id = broker.queueID(of: name, in: host),
                let figures = broker.listings(of: [id], now: now).first?.figures
            else { return nil }
            return QueueMeasures(figures: figures, facts: facts)
        }
    }
}
