import AMQP
import AMQPClient
import BrokerLink
import Messaging

extension Bench {
    /// Declares a durable queue and answers its name.
    @discardableResult
    func declare(_ name: String, _ arguments: FieldTable = [:]) async throws -> QueueName {
        var declare = QueueMethod.Declare(queue: self.name(name))
        declare.isDurable = true
        declare.arguments = arguments
        try await self.channel.call(.queue(.declare(declare)))
        return declare.queue
    }

    /// Publishes messages with those bodies and message ids, and waits until the queue has them.
    func publish(_ bodies: [String], to queue: QueueName) async throws {
        let before = try await self.ready(queue)
        self.channel.publish(
            bodies.map { body in
                var properties = MessageProperties()
                properties.messageID = body
                properties.deliveryMode = 2
                return Message(
                    exchange: .default, routingKey: queue.text, properties: properties,
                    body: Array(body.utf8))
            })
        try await eventually("\(queue) has what was published") {
            try await self.ready(queue) == before + bodies.count
        }
    }

    /// Ready messages of a queue, as the broker itself counts them now.
    func ready(_ queue: QueueName) async throws -> Int {
        var declare = QueueMethod.Declare(queue: queue)
        declare.isPassive = true
        let reply = try await self.channel.call(.queue(.declare(declare)))
        guard case .queue(.declareOK(_, let messageCount, _)) = reply else { return -1 }
        return Int(messageCount)
    }

    /// Takes everything out of a queue, and answers the bodies in order.
    func drain(_ queue: QueueName) async throws -> [String] {
        var bodies: [String] = []
        while let message = try await self.channel.get(queue, noAck: true) {
            bodies.append(String(decoding: message.message.body, as: UTF8.self))
        }
        return bodies
    }

    /// A queue whose rejected messages go to another one; the first is `work`, the second `dead`.
    func declareShop() async throws -> (work: QueueName, dead: QueueName) {
        let dead = try await self.declare("dead")
        let work = try await self.declare(
            "work",
            [
                "x-dead-letter-exchange": .string(""),
                "x-dead-letter-routing-key": .string(dead.text),
            ])
        return (work, dead)
    }

    /// Publishes messages to a queue and rejects them all; waits until they lie in the other one.
    func kill(_ bodies: [String], in shop: (work: QueueName, dead: QueueName)) async throws {
        try await self.publish(bodies, to: shop.work)
        for _ in bodies {
            guard let message = try await self.channel.get(shop.work) else { break }
            self.channel.reject(message.tag, requeue: false)
        }
        try await eventually("all have died") {
            try await self.ready(shop.dead) == bodies.count
        }
    }

    /// What one queue's figures are in the link's next sample.
    func sample(_ queue: QueueName) async throws -> QueueSample? {
        try await self.link.sample().queues.first { $0.name == queue }
    }

    /// Looks at whatever it costs on a usual broker.
    func browse(
        _ queue: QueueName, after: MessageID? = nil, from: StreamPlace? = nil, countMax: Int = 100
    ) async throws -> BrowsePage {
        try await self.link.browse(
            BrowseRequest(
                queue: queue, after: after, from: from, countMax: countMax,
                intrusionMax: .marksRedelivered))
    }

    /// Runs a redrive to its end.
    func redrive(
        _ source: QueueName, _ selection: RedriveRequest.Selection,
        to target: RedriveRequest.Target
    ) async -> RedriveEvent? {
        var last: RedriveEvent?
        let request = RedriveRequest(source: source, selection: selection, target: target)
        for await event in self.link.redrive(request) { last = event }
        return last
    }
}

extension BrowsePage {
    var bodies: [String] {
        self.messages.map { String(decoding: $0.message.body, as: UTF8.self) }
    }
}

/// The numbers from 1 on, as texts.
func numbers(_ count: Int) -> [String] { (0..<count).map { "\($0 + 1)" } }
