import AMQP
import Engine
import Messaging
import Testing

/// Publishers wait while messages take too much memory, and everybody else goes on.
@Suite("Blocked connections")
struct BlockedTests {
    private static let body = [UInt8](repeating: 0x78, count: 60_000)
    private static let blocked = Heard.method(
        0, .connection(.blocked(reason: "low on memory")))

    private var limits: EngineLimits {
        var limits = EngineLimits()
        limits.messageMemoryBytesMax = 1_048_576
        return limits
    }

    /// Publishes into `q` more than the server may hold, or the sockets have room for.
    private static func fill(_ client: TestClient) {
        client.sendsWhileHearing = true
        for _ in 0..<30 { client.publish(bodies: [Self.body], key: "q") }
    }

    @Test("it is told, not read from until there is room, and told again", arguments: [1, 3])
    func blockedAndUnblocked(loops: Int) async throws {
        try await TestServer.talk(loops: loops, limits: self.limits) { server in
            let other = try TestClient.open(port: server.port)
            let producer = try TestClient.open(port: server.port)
            try other.declare("q")
            Self.fill(producer)
            #expect(try producer.next() == Self.blocked)
            producer.publish("late", key: "q")

            // What is not read while others are heard is not read at all.
            let held = try other.depth("q")
            #expect(held < 30)
            for _ in 0..<20 { #expect(try other.depth("q") == held) }

            other.send(.queue(.purge(queue: "q", noWait: false)))
            #expect(
                try other.next() == .method(1, .queue(.purgeOK(messageCount: held))))
            #expect(try producer.next() == .method(0, .connection(.unblocked)))
            #expect(try producer.depth("q") == 31 - held)
        }
    }

    @Test("consumers get what lies there, which makes room", arguments: [1, 3])
    func consumersGoOn(loops: Int) async throws {
        try await TestServer.run(loops: loops, limits: self.limits) { server in
            let port = server.port
            let (consumer, producer) = try await blocking {
                let consumer = try TestClient.open(port: port)
                let producer = try TestClient.open(port: port)
                try consumer.declare("q")
                Self.fill(producer)
                #expect(try producer.next() == Self.blocked)
                return (consumer, producer)
            }
            async let told = blocking { () -> Heard in
                let first = try producer.next()
                var declare = QueueMethod.Declare(queue: "q")
                declare.isPassive = true
                producer.send(.queue(.declare(declare)))
                // Until this is answered it sends what is left, however often it is held back.
                while case .method(_, .connection) = try producer.next() {}
                return first
            }
            try await blocking {
                try consumer.consume("q", tag: "c", noAck: true)
                for tag in UInt64(1)...30 {
                    let text = String(decoding: Self.body, as: UTF8.self)
                    try #require(
                        try consumer.next()
                            == .delivered(
                                1, consumer: "c", tag: tag, isRedelivered: false, body: text))
                }
            }
            #expect(try await told == .method(0, .connection(.unblocked)))
        }
    }

    @Test("who did not ask to be told is blocked without a word")
    func notTold() async throws {
        try await TestServer.run(limits: self.limits) { server in
            let port = server.port
            let (quiet, other) = try await blocking {
                var settings = TestClient.settings()
                settings.properties["capabilities"] = nil
                let quiet = try TestClient.open(port: port, settings: settings)
                let other = try TestClient.open(port: port)
                try other.declare("q")
                Self.fill(quiet)
                // All was read that will be, once others were heard and nothing more has come.
                var held: UInt32 = 0
                var roundTrips = 0
                while roundTrips < 20 {
                    quiet.flush()
                    let depth = try other.depth("q")
                    roundTrips = depth == held && depth > 0 ? roundTrips + 1 : 0
                    held = depth
                }
                #expect(held < 30)
                return (quiet, other)
            }
            #expect(await server.engine.clients().connections.map(\.isBlocked) == [true, false])
            try await blocking {
                other.send(.queue(.purge(queue: "q", noWait: true)))
                // A word of blocking would come before this answer.
                let left = try quiet.depth("q")
                #expect(left > 0)
            }
        }
    }

    @Test("a blocked client that goes is forgotten")
    func goneWhileBlocked() async throws {
        try await TestServer.run(limits: self.limits) { server in
            let port = server.port
            try await blocking {
                var producer: TestClient? = try TestClient.open(port: port)
                try producer?.declare("q")
                if let producer { Self.fill(producer) }
                #expect(try producer?.next() == Self.blocked)
                producer = nil
                let other = try TestClient.open(port: port)
                other.send(.queue(.purge(queue: "q", noWait: false)))
                guard case .method(_, .queue(.purgeOK)) = try other.next() else {
                    Issue.record("the server does not answer")
                    return
                }
                other.publish("m", key: "q")
                #expect(try other.depth("q") >= 1)
            }
        }
    }
}
