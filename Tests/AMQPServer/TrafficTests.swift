import AMQP
import Messaging
import Testing

/// Messages through a real server, with engine and sockets on one loop and on several.
@Suite("Traffic")
struct TrafficTests {
    @Test("what is published is delivered, in order", arguments: [1, 3])
    func publishedIsDelivered(loops: Int) async throws {
        try await TestServer.talk(loops: loops) { server in
            let consumer = try TestClient.open(port: server.port)
            let producer = try TestClient.open(port: server.port)
            try consumer.declare("q")
            try consumer.consume("q", tag: "c", noAck: true)
            producer.publish("one", key: "q")
            producer.publish("two", key: "q")
            #expect(
                try consumer.next(2) == [
                    .delivered(1, consumer: "c", tag: 1, isRedelivered: false, body: "one"),
                    .delivered(1, consumer: "c", tag: 2, isRedelivered: false, body: "two"),
                ])
        }
    }

    @Test("many messages in one write arrive complete", arguments: [1, 3])
    func manyInOneWrite(loops: Int) async throws {
        let count = 20_000
        try await TestServer.talk(loops: loops) { server in
            let consumer = try TestClient.open(port: server.port)
            let producer = try TestClient.open(port: server.port)
            try consumer.declare("q")
            producer.publish(bodies: (0..<count).map { Array("\($0)".utf8) }, key: "q")
            try consumer.consume("q", tag: "c", noAck: true)
            for number in 0..<count {
                try #require(
                    try consumer.next()
                        == .delivered(
                            1, consumer: "c", tag: UInt64(number) + 1, isRedelivered: false,
                            body: "\(number)"))
            }
        }
    }

    @Test("a message larger than a frame, sent byte by byte at its start, arrives whole")
    func largeAndDripping() async throws {
        let body = String(repeating: "0123456789", count: 40_000)
        try await TestServer.talk { server in
            let client = try TestClient.open(port: server.port)
            try client.declare("q")
            client.publish(body, key: "q")
            client.send(.basic(.get(queue: "q", noAck: true)))
            #expect(try client.next() == .got(1, tag: 1, left: 0, body: body))

            let heartbeat: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0xCE]
            for _ in 0..<3 { for byte in heartbeat { client.send(bytes: [byte]) } }
            #expect(try client.depth("q") == 0)
        }
    }

    @Test("a quorum queue's messages say how often they were returned, got or delivered")
    func deliveryCounts() async throws {
        try await TestServer.talk { server in
            let client = try TestClient.open(port: server.port)
            try client.declare("q", durable: true, arguments: ["x-queue-type": .string("quorum")])
            let body = String(repeating: "0123456789", count: 20_000)
            client.publish(body, key: "q")
            for returns in 0..<2 as Range<Int64> {
                client.send(.basic(.get(queue: "q", noAck: false)))
                let tag = UInt64(returns) + 1
                #expect(try client.next() == .got(1, tag: tag, left: 0, body: body))
                client.send(.basic(.reject(deliveryTag: DeliveryTag(tag), requeue: true)))
            }
            client.publish("new", key: "q")
            try client.consume("q", tag: "c", noAck: true)
            #expect(
                try client.next()
                    == .delivered(1, consumer: "c", tag: 3, isRedelivered: true, body: body))
            #expect(
                try client.next()
                    == .delivered(1, consumer: "c", tag: 4, isRedelivered: false, body: "new"))
            #expect(
                client.headers.map { $0?["x-delivery-count"] } == [
                    .int64(0), .int64(1), .int64(2), nil,
                ])
        }
    }

    @Test("confirms come for what reached a queue and for what reached none", arguments: [1, 3])
    func confirms(loops: Int) async throws {
        try await TestServer.talk(loops: loops) { server in
            let client = try TestClient.open(port: server.port)
            try client.declare("q")
            client.send(.confirm(.select(noWait: false)))
            #expect(try client.next() == .method(1, .confirm(.selectOK)))
            client.publish("kept", key: "q")
            let ack = Method.basic(.ack(deliveryTag: DeliveryTag(1), multiple: false))
            #expect(try client.next() == .method(1, ack))
            client.publish("lost", key: "nowhere", isMandatory: true)
            #expect(
                try client.next(2) == [
                    .returned(1, code: 312, text: "NO_ROUTE", body: "lost"),
                    .method(1, .basic(.ack(deliveryTag: DeliveryTag(2), multiple: false))),
                ])
        }
    }

    @Test("unacked messages of a lost connection go to the next consumer", arguments: [1, 3])
    func lostConnection(loops: Int) async throws {
        try await TestServer.talk(loops: loops) { server in
            var first: TestClient? = try TestClient.open(port: server.port)
            try first?.declare("q")
            try first?.consume("q", tag: "a")
            first?.publish("m", key: "q")
            #expect(
                try first?.next()
                    == .delivered(1, consumer: "a", tag: 1, isRedelivered: false, body: "m"))
            first = nil  // The socket closes without a word.

            let second = try TestClient.open(port: server.port)
            try second.consume("q", tag: "b")
            #expect(
                try second.next()
                    == .delivered(1, consumer: "b", tag: 1, isRedelivered: true, body: "m"))
            second.send(.basic(.ack(deliveryTag: DeliveryTag(1), multiple: false)))
            #expect(try second.depth("q") == 0)
        }
    }

    @Test("an answer that belongs before close-ok comes before it")
    func returnBeforeCloseOK() async throws {
        try await TestServer.talk { server in
            let client = try TestClient.open(port: server.port)
            client.publish("m", key: "nowhere", isMandatory: true)
            client.send(.channel(.close(.normal)))
            #expect(
                try client.next() == .returned(1, code: 312, text: "NO_ROUTE", body: "m"))
        }
    }
}

extension ChannelNumber: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: UInt16) { self.init(value) }
}
