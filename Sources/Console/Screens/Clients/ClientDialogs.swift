import BrokerLink
import Messaging

/// The questions before a connection is closed or a consumer cancelled.
enum ClientDialogs {
    /// What a client is told when the operator has no other reason.
    static let usualReason = "Closed via console"

    /// Asks before a connection is closed: names what goes with it, and what comes back.
    static func close(
        _ connection: ClientConnection, _ roster: ClientRoster?, in context: ScreenContext
    ) -> Dialog {
        var lines = [connection.described]
        lines.append(
            connection.consumers == 0
                ? "It has no consumer."
                : "\(Figures.counted(connection.consumers, "consumer")) "
                    + "\(connection.consumers == 1 ? "goes" : "go") with it.")
        let way = connection.unacked == 1 ? "returns to its queue" : "return to their queues"
        lines.append(
            connection.unacked == 0
                ? "It holds no unacked message."
                : "\(Figures.counted(connection.unacked, "unacked message")) \(way).")
        let consumers = roster?.consumers.filter { $0.id.connection == connection.id } ?? []
        let gone = Set(connection.exclusiveQueues).union(Self.goneWith(consumers, in: context))
        if !gone.isEmpty {
            lines.append(
                "\(Figures.counted(gone.count, "queue")) "
                    + "\(gone.count == 1 ? "is" : "are") deleted with it: "
                    + Self.listed(gone.sorted()) + ".")
        }
        lines += [
            "",
            connection.isOwn
                ? "It is this console's own: what is under way on it breaks off. The console "
                    + "connects again when it has to."
                : "Its client may connect again at once.",
        ]
        return Dialog(
            title: "Close \(connection.origin)?", lines: lines, verb: "Close the connection",
            field: Dialog.Field(label: "reason", text: Self.usualReason),
            effects: [
                .work(
                    .closeConnection(
                        connection.id, client: connection.origin, reason: Self.usualReason))
            ])
    }

    /// Asks before a consumer is cancelled: says where its messages stay.
    static func cancel(_ consumer: ClientConsumer, in context: ScreenContext) -> Dialog {
        var lines = ["It consumes \(consumer.queue) for \(consumer.origin)."]
        if !consumer.needsAck {
            lines.append("It takes messages without ack, so it holds none.")
        } else if consumer.unacked == 0 {
            lines.append("It holds no unacked message.")
        } else {
            let isOne = consumer.unacked == 1
            lines.append(
                "\(Figures.counted(consumer.unacked, "unacked message")) "
                    + "\(isOne ? "stays" : "stay") with its channel until that acks "
                    + "\(isOne ? "it" : "them") or closes. Close the connection to have "
                    + "\(isOne ? "it" : "them") back at once.")
        }
        if !Self.goneWith([consumer], in: context).isEmpty {
            lines.append("\(consumer.queue) is auto-delete: it goes with its last consumer.")
        }
        lines += [
            "",
            consumer.isToldOfCancels == false
                ? "Its client did not ask to be told: it will wait for messages in vain."
                : "The client is told with basic.cancel.",
        ]
        return Dialog(
            title: "Cancel consumer \(consumer.id.tag)?", lines: lines,
            verb: "Cancel the consumer", refusal: "Keep it",
            effects: [
                .work(
                    .cancelConsumer(consumer.id, of: consumer.queue, client: consumer.origin))
            ])
    }

    /// Queues that live by their consumers, when these are all that they have.
    private static func goneWith(
        _ consumers: [ClientConsumer], in context: ScreenContext
    ) -> [QueueName] {
        var counts: [QueueName: Int] = [:]
        for consumer in consumers { counts[consumer.queue, default: 0] += 1 }
        return counts.compactMap { queue, count in
            guard let sample = context.history.queue(queue)?.sample,
                sample.features.contains(.autoDelete), (sample.knownConsumers ?? 0) <= count
            else { return nil }
            return queue
        }
    }

    private static let listedMax = 3

    private static func listed(_ queues: [QueueName]) -> String {
        let rest = queues.count - Self.listedMax
        return queues.prefix(Self.listedMax).map(\.text).joined(separator: ", ")
            + (rest > 0 ? " and \(rest) more" : "")
    }
}

extension ClientConnection {
    /// Who it is, in a sentence.
    fileprivate var described: String {
        let who = self.name.isEmpty ? "User" : "\(self.name), user"
        return "\(who) \(self.user) on virtual host \(self.virtualHost)."
    }
}
