import BrokerLink
import DeadLetters
import LoadTest
import Messaging
import Screens

/// An act that changes something on a broker, as the audit log names it.
package enum AuditedAct: Equatable, Sendable {
    case purge(QueueName)
    case deleteQueue(QueueName)
    case deleteMessages([MessageID], QueueName)
    case redrive(RedrivePlan)
    case replay(ReplayRequest)
    case closeConnection(client: String, reason: String)
    case cancelConsumer(ConsumerTag, QueueName, client: String)
    case setBreaker(QueueName, isOpen: Bool)
    case startLoad(LoadScenario)
    case setLoadRate(Double)
    /// One of a command line's, in its own words.
    case command(String, [Detail])

    /// One named value of an act.
    package struct Detail: Equatable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    func describe(in line: inout AuditLine) {
        switch self {
        case .purge(let queue):
            line.add("action", "purge")
            line.add("queue", queue.text)
        case .deleteQueue(let queue):
            line.add("action", "delete queue")
            line.add("queue", queue.text)
        case .deleteMessages(let messages, let queue):
            line.add("action", "delete messages")
            line.add("queue", queue.text)
            line.add("count", messages.count)
            line.add("positions", Self.positions(of: messages))
        case .redrive(let plan):
            line.add("action", "redrive")
            line.add("count", plan.steps.reduce(0) { $0 + $1.count })
            line.add(
                "from", Set(plan.steps.map(\.request.source.text)).sorted().joined(separator: ", "))
            line.add(
                "to",
                plan.targets.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                    .joined(separator: ", "))
        case .replay(let request):
            line.add("action", "replay")
            line.add("queue", request.stream.text)
            line.add("from", Self.words(for: request.from))
            line.add("to", request.target.text)
            line.add("rate", request.perSecondMax.map { "\($0)/s" } ?? "unlimited")
        case .closeConnection(let client, let reason):
            line.add("action", "close connection")
            line.add("client", client)
            line.add("reason", reason)
        case .cancelConsumer(let tag, let queue, let client):
            line.add("action", "cancel consumer")
            line.add("consumer", tag.text)
            line.add("queue", queue.text)
            line.add("client", client)
        case .setBreaker(let queue, let isOpen):
            line.add("action", isOpen ? "open circuit breaker" : "close circuit breaker")
            line.add("queue", queue.text)
        case .startLoad(let scenario):
            line.add("action", "start load")
            line.add("scenario", scenario.name)
            line.add("rate", Figures.rate(scenario.ratePerSecond))
        case .setLoadRate(let perSecond):
            line.add("action", "set load rate")
            line.add("rate", Figures.rate(perSecond))
        case .command(let action, let details):
            line.add("action", action)
            for detail in details { line.add(detail.name, detail.value) }
        }
    }

    private static func words(for place: StreamPlace) -> String {
        switch place {
        case .first: "first"
        case .last: "last"
        case .offset(let offset): "offset \(offset)"
        case .time(let time): ClockText.dateAndTime(time, utcOffsetSeconds: 0) + " UTC"
        }
    }

    private static let positionsMax = 1_000

    private static func positions(of messages: [MessageID]) -> String {
        let listed = messages.prefix(Self.positionsMax).map { String($0.position.offset) }
        let rest = messages.count - listed.count
        return listed.joined(separator: " ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
