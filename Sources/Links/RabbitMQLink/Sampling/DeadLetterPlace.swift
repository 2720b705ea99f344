import BrokerLink
import Messaging

/// Where a queue's dead letters come to, as far as its settings and the bindings tell.
package enum DeadLetterPlace: Equatable, Sendable {
    /// It has no dead-letter exchange.
    case none
    /// At least one queue takes them, or they are kept until one does.
    case somewhere
    /// The exchange is not there, or leads to no queue: they are gone.
    case nowhere
    /// It depends on what nobody here knows, such as the keys of the messages.
    case unknown

    /// What looking into a queue whose messages may be returned only so often may do.
    var intrusion: Intrusion {
        switch self {
        case .none: .mayDestroy
        case .somewhere: .mayDeadLetter
        case .nowhere: .mayDestroyAtDeadEnd
        case .unknown: .mayLose
        }
    }
}

extension DeadLetterPlace {
    /// Follows what a queue returned too often.
    ///
    /// - Parameters:
    ///   - known: Exchanges; of those that are missing here, nothing is known.
    ///   - hasQueue: Whether there is such a queue; nil when nobody knows.
    package init(
        of queue: QueueReply, known: [ExchangeName: DeadLetterWays.Exchange],
        hasQueue: (QueueName) -> Bool?
    ) {
        guard let way = DeadLetterWays.way(of: queue) else {
            self = .none
            return
        }
        guard !queue.keepsDeadLetters else {
            self = .somewhere
            return
        }
        // RabbitMQ lets none die into the queue that it died in, unless somebody rejected it.
        let source = QueueName(queue.name)
        if way.exchange == .default {
            // Without a key of its own, each message keeps the one that it came with.
            let target = way.routingKey.map { QueueName($0) }
            let isThere = target.flatMap { $0 == source ? false : hasQueue($0) }
            self = isThere.map { $0 ? .somewhere : .nowhere } ?? .unknown
            return
        }
        self = Self.follow(way, from: source, known)
    }

    private static func follow(
        _ way: DeadLetterWays.Way, from source: QueueName,
        _ known: [ExchangeName: DeadLetterWays.Exchange]
    ) -> Self {
        var isCertain = true
        var seen: Set<ExchangeName> = [way.exchange]
        var waiting = [way.exchange]
        while let name = waiting.popLast() {
            guard let exchange = known[name] else {
                isCertain = false
                continue
            }
            isCertain = isCertain && !exchange.mayLeadOn
            for binding in exchange.bindings {
                switch exchange.takes(binding, way.routingKey) {
                case false: continue
                case nil: isCertain = false
                case true where binding.isToQueue:
                    if binding.destination != source.text { return .somewhere }
                case true:
                    let next = ExchangeName(binding.destination)
                    if seen.insert(next).inserted { waiting.append(next) }
                }
            }
        }
        return isCertain ? .nowhere : .unknown
    }
}

extension QueueReply {
    /// Whether it keeps its dead letters until a queue has taken them.
    fileprivate var keepsDeadLetters: Bool {
        self.isQuorum && self.setting("dead-letter-strategy")?.text == "at-least-once"
            && self.setting("overflow")?.text == "reject-publish"
    }
}
