import AMQP
import AMQPClient
import Messaging
import Testing

@Suite("AMQPClient on a real broker")
struct AMQPClientTests {
    @Test("A message comes back as it was published, also one larger than a frame and a read")
    func roundTrip() async throws {
        try await TestServer.run { server in
            let channel = try await server.connect().openChannel()
            try await channel.declare("letters")
            var properties = MessageProperties()
            properties.contentType = "text/plain"
            properties.headers = ["kind": .string("web"), "tries": .int32(3)]
            let small = Message(
                exchange: .default, routingKey: "letters", properties: properties,
                body: Array("hello".utf8))
            let large = Message(
                exchange: .default, routingKey: "letters",
                body: (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            channel.publish([small, large])
            let first = try #require(try await channel.get("letters"))
            #expect(first.message == small)
            #expect(!first.isRedelivered)
            #expect(try await channel.get("letters")?.message == large)
            #expect(try await channel.get("letters") == nil)
        }
    }

    @Test("A consumer gets everything in order, in batches, and acks it at once")
    func consume() async throws {
        try await TestServer.run { server in
            let channel = try await server.connect().openChannel()
            try await channel.declare("work")
            channel.publish((0..<1_000).map { Message(to: "work", text: "\($0)") })

            let (deliveries, continuation) = AsyncStream.makeStream(of: [ReceivedMessage].self)
            let tag = try await channel.consume(BasicMethod.Consume(queue: "work")) { channel in
                ConsumerHandler { batch in
                    continuation.yield(batch.map { ReceivedMessage(copying: $0) })
                    if let last = batch.last { channel.ack(last.tag, multiple: true) }
                }
            }
            var received: [ReceivedMessage] = []
            for await batch in deliveries {
                received += batch
                if received.count == 1_000 { break }
            }
            #expect(received.map(\.message.text) == (0..<1_000).map { "\($0)" })
            #expect(received.map(\.tag.number) == Array(1...1_000))

            try await channel.cancel(tag)
            let left = try await channel.call(.queue(.delete(QueueMethod.Delete(queue: "work"))))
            #expect(left == .queue(.deleteOK(messageCount: 0)))
        }
    }

    @Test("A rejected message without requeue is gone, one with requeue comes again")
    func reject() async throws {
        try await TestServer.run { server in
            let channel = try await server.connect().openChannel()
            try await channel.declare("work")
            channel.publish([Message(to: "work", text: "a"), Message(to: "work", text: "b")])
            let first = try #require(try await channel.get("work"))
            channel.reject(first.tag, requeue: true)
            let again = try #require(try await channel.get("work"))
            #expect(again.message.text == "a")
            #expect(again.isRedelivered)
            channel.reject(again.tag, requeue: false)
            #expect(try await channel.get("work")?.message.text == "b")
        }
    }

    @Test("Every message is confirmed with its note, and what no queue takes comes back")
    func confirmsAndReturns() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let channel = try await client.openChannel()
            try await channel.declare("work")
            try await channel.selectConfirms()
            let (notes, noteFound) = AsyncStream.makeStream(of: [Int64].self)
            let (returns, returned) = AsyncStream.makeStream(of: ReturnedMessage.self)
            client.eventLoop.execute {
                let channel = channel.onLoop
                channel.confirmHandler = { noteFound.yield($0.acked) }
                channel.returnHandler = { returned.yield($0) }
                for note in Int64(1)...100 {
                    let message = Message(to: note == 50 ? "nowhere" : "work", text: "\(note)")
                    message.withBytes { channel.publish($0, isMandatory: true, note: note) }
                }
                channel.flush()
            }
            var confirmed: [Int64] = []
            for await batch in notes {
                confirmed += batch
                if confirmed.count == 100 { break }
            }
            #expect(confirmed.sorted() == Array(1...100))
            let back = await returns.first { _ in true }
            #expect(back?.code == ReplyCode.noRoute.rawValue)
            #expect(back?.message.text == "50")
        }
    }

    @Test("Replies reach their callers, however many call at the same time")
    func concurrentCalls() async throws {
        try await TestServer.run { server in
            let channel = try await server.connect().openChannel()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<100 {
                    tasks.addTask {
                        let queue = QueueName("q\(number)")
                        let reply = try await channel.call(
                            .queue(.declare(QueueMethod.Declare(queue: queue))))
                        #expect(
                            reply
                                == .queue(
                                    .declareOK(queue: queue, messageCount: 0, consumerCount: 0)))
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }

    @Test("A consumer hears that its queue was deleted")
    func consumerCancelled() async throws {
        try await TestServer.run { server in
            let channel = try await server.connect().openChannel()
            try await channel.declare("work")
            let (cancels, cancelled) = AsyncStream.makeStream(of: Void.self)
            _ = try await channel.consume(BasicMethod.Consume(queue: "work")) { _ in
                ConsumerHandler(onDeliveries: { _ in }, onCancel: { cancelled.yield() })
            }
            let other = try await server.connect().openChannel()
            try await other.call(.queue(.delete(QueueMethod.Delete(queue: "work"))))
            #expect(await cancels.first { true } != nil)
        }
    }

    @Test("A connection has as many channels as the broker allows, and not one more")
    func channelLimit() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            var last: AMQPChannel?
            for _ in 0..<Limits.channelsMax { last = try await client.openChannel() }
            let channelsMax = Int(Limits.channelsMax)
            await #expect(throws: AMQPClientError.noChannelLeft(channelsMax: channelsMax)) {
                _ = try await client.openChannel()
            }
            last?.close()
            #expect(await last?.ended() == .closedByClient)
        }
    }
}

extension AMQPChannel {
    /// Declares a queue without arguments.
    func declare(_ queue: QueueName) async throws {
        try await self.call(.queue(.declare(QueueMethod.Declare(queue: queue))))
    }
}

extension Message {
    /// A message to a queue through the default exchange.
    init(to queue: String, text: String) {
        self.init(exchange: .default, routingKey: queue, body: Array(text.utf8))
    }

    var text: String { String(decoding: self.body, as: UTF8.self) }
}
