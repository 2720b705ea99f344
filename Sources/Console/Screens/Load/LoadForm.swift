import BrokerLink
import LoadTest
import Messaging

/// A load of the person's own: one stream of messages, and consumers of one queue.
///
/// Holds what was typed, right or wrong; ``problem(with:)`` says what is wrong with it, and
/// ``scenario(hasQueue:)`` makes a load of it when nothing is.
package struct LoadForm: Equatable, Sendable {
    /// One line of the form.
    package enum Field: Hashable, Sendable, CaseIterable {
        case exchange, routingKey, payload, rate, queue, consumers, work, failures

        var title: String {
            switch self {
            case .exchange: "exchange"
            case .routingKey: "routing key"
            case .payload: "payload bytes"
            case .rate: "rate per second"
            case .queue: "consume from"
            case .consumers: "consumers"
            case .work: "work time ms"
            case .failures: "failures %"
            }
        }

        /// What the field means, for its empty or usual value too.
        var hint: String {
            switch self {
            case .exchange:
                "empty: the default exchange, which routes to the queue named by the key"
            case .routingKey: "with the default exchange: the queue, declared if it is not there"
            case .payload: "of each message"
            case .rate: "planned, whether the broker keeps up or not; + and - change it later"
            case .queue: "empty: the queue named by the routing key"
            case .consumers: "0: nobody consumes, the queue grows"
            case .work: "that each consumer takes for a message"
            case .failures: "of the messages are rejected without requeue"
            }
        }
    }

    static let payloadBytesMax = 8_388_608
    static let ratePerSecondMax = 1_000_000
    static let consumersMax = 100
    static let workMillisecondsMax = 60_000
    /// Messages that may wait for their confirm before sending pauses.
    static let confirmWindow = 1_000

    private var texts: [Field: String] = [
        .exchange: "", .routingKey: "load", .payload: "1024", .rate: "1000", .queue: "",
        .consumers: "2", .work: "1", .failures: "0",
    ]

    /// The text of a field.
    package subscript(field: Field) -> String {
        get { self.texts[field, default: ""] }
        set { self.texts[field] = newValue }
    }

    package init() {}

    /// What is wrong with a field, as a sentence; nil when nothing is.
    package func problem(with field: Field) -> String? {
        switch field {
        case .exchange, .queue: return Self.nameProblem(self[field])
        case .routingKey:
            if self.isDefaultExchange, self[.routingKey].isEmpty {
                return "the default exchange needs a queue's name here"
            }
            return Self.nameProblem(self[field])
        case .payload: return Self.numberProblem(self[field], 0...Self.payloadBytesMax)
        case .rate: return Self.numberProblem(self[field], 1...Self.ratePerSecondMax)
        case .consumers:
            if let problem = Self.numberProblem(self[field], 0...Self.consumersMax) {
                return problem
            }
            let isNameless = !self.isDefaultExchange && self[.queue].isEmpty
            return isNameless && self.number(.consumers) != 0
                ? "name the queue to consume from, or 0 consumers" : nil
        case .work: return Self.numberProblem(self[field], 0...Self.workMillisecondsMax)
        case .failures: return Self.numberProblem(self[field], 0...100)
        }
    }

    /// The first field with a problem.
    package var firstProblem: Field? { Field.allCases.first { self.problem(with: $0) != nil } }

    /// The load that the fields describe, or nil while one of them has a problem.
    ///
    /// - Parameter hasQueue: Whether a queue exists; a target queue that does not is declared.
    package func scenario(hasQueue: (QueueName) -> Bool) -> LoadScenario? {
        guard self.firstProblem == nil, let rate = self.number(.rate),
            let bytes = self.number(.payload), let consumers = self.number(.consumers),
            let work = self.number(.work), let failures = self.number(.failures)
        else { return nil }
        let queue = self.consumedQueue
        let declares = self.isDefaultExchange && !hasQueue(QueueName(self[.routingKey]))
        return LoadScenario(
            name: self.name,
            topology: LoadTopology(
                queues: declares ? [LoadTopology.Queue(QueueName(self[.routingKey]))] : []),
            streams: [
                LoadStream(
                    name: self.name, exchange: ExchangeName(self[.exchange]),
                    variants: [LoadVariant(routingKey: self[.routingKey])],
                    body: .filler(bytes: bytes), profile: .constant(perSecond: Double(rate)),
                    confirmWindow: Self.confirmWindow, isMandatory: true)
            ],
            consumers: consumers == 0
                ? []
                : [
                    LoadConsumer(
                        queue: queue, count: consumers,
                        work: LoadWork(
                            meanMicroseconds: Int64(work) * 1_000,
                            spreadMicroseconds: Int64(work) * 500),
                        failureShare: Double(failures) / 100)
                ])
    }

    private var isDefaultExchange: Bool { self[.exchange].isEmpty }

    private var consumedQueue: QueueName {
        QueueName(self[.queue].isEmpty ? self[.routingKey] : self[.queue])
    }

    private var name: String {
        self.isDefaultExchange
            ? "to \(self[.routingKey])"
            : Route.text(ExchangeName(self[.exchange]), self[.routingKey])
    }

    private func number(_ field: Field) -> Int? { Self.number(self[field]) }

    /// A whole number, in which commas and spaces may group digits.
    private static func number(_ text: String) -> Int? {
        let digits = text.filter { $0 != "," && $0 != " " }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }

    private static func numberProblem(_ text: String, _ range: ClosedRange<Int>) -> String? {
        let bounds = "\(Figures.count(range.lowerBound)) to \(Figures.count(range.upperBound))"
        guard let number = Self.number(text) else { return "a whole number, \(bounds)" }
        return range.contains(number) ? nil : "from \(bounds)"
    }

    private static func nameProblem(_ text: String) -> String? {
        text.utf8.count <= Limits.nameBytesMax
            ? nil : "at most \(Limits.nameBytesMax) bytes, not \(text.utf8.count)"
    }
}
