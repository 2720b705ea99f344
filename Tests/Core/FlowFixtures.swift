import Core
import Messaging

// Rates, circuit breakers and deduplication, as tests look at them.
extension TestBroker {
    func flow(_ queue: String) -> FlowFigures? { self.figures(queue)?.flow }

    func breaker(_ queue: String) -> BreakerFigures? { self.flow(queue)?.breaker }

    func guarantee(_ queue: String) -> DeliveryGuarantee? { self.flow(queue)?.guarantee.guarantee }

    func reasons(_ queue: String) -> GuaranteeReasons? { self.flow(queue)?.guarantee.reasons }

    @discardableResult
    func setBreaker(_ queue: QueueName, isOpen: Bool) -> BreakerChange {
        defer { self.finish() }
        return self.broker.setBreaker(of: queue, isOpen: isOpen, now: self.now)
    }

    /// Consumes with arguments of the consumer's own.
    func consume(
        _ queue: String, tag: String, arguments: FieldTable, autoAck: Bool = false,
        _ connection: ConnectionID? = nil
    ) {
        self.send(
            .consume(
                ConsumeRequest(
                    queue: QueueName(queue), tag: ConsumerTag(tag), isAutoAck: autoAck,
                    arguments: arguments)),
            connection)
    }

    /// Gives all queues one policy.
    func setPolicy(_ definition: FieldTable?) -> [String] {
        var definitions = Definitions()
        if let definition {
            definitions.policies = [
                .init(
                    host: .default,
                    policy: Policy(name: "p", pattern: ".*", definition: definition),
                    isOperator: false)
            ]
        }
        return self.apply(definitions)
    }

    /// Follows the broker's own timers up to a moment, and notes when something was delivered.
    func followTimers(milliseconds: Int64) -> [Int64] {
        let (start, end) = (self.now, self.now.adding(microseconds: milliseconds * 1_000))
        var moments: [Int64] = []
        while let next = self.nextTimer, next <= end {
            self.now = max(self.now, next)
            self.advance(milliseconds: 0)
            let count = self.deliveries().count
            moments += Array(repeating: self.now.microseconds(since: start) / 1_000, count: count)
        }
        self.now = end
        return moments
    }

    /// What is noted of published ids since the last call: `+a` kept, `-a` forgotten.
    func takeNotes() -> [String] {
        defer { self.storeEffects = [] }
        return self.storeEffects.compactMap { effect in
            guard case .note(_, let key, let value) = effect, key.kind == .published else {
                return nil
            }
            return (value == nil ? "-" : "+") + String(decoding: key.bytes, as: UTF8.self)
        }
    }
}

extension MessageProperties {
    static func id(_ id: String, persistent: Bool = false) -> MessageProperties {
        var properties = persistent ? MessageProperties.persistent : MessageProperties()
        properties.messageID = id
        return properties
    }
}
