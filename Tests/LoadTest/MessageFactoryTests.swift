import LoadTest
import Messaging
import Testing

@Suite("MessageFactory: the messages of a stream")
struct MessageFactoryTests {
    private let start = Timestamp(microseconds: 1_700_000_000_123_456)

    /// The first messages of a stream, decoded.
    private func messages(
        of stream: LoadStream, count: Int, seed: UInt64 = 1
    ) throws -> [Message] {
        var schedule = Schedule(profile: .constant(perSecond: 1_000_000), start: self.start)
        var factory = MessageFactory(stream, seed: seed)
        var messages: [Message] = []
        for _ in 0..<count {
            let next = schedule.takeDue(now: self.start.adding(microseconds: 1_000_000))
            let planned = try #require(next)
            var properties: Result<MessageProperties, CodecError>?
            factory.next(planned) { bytes in
                properties = Result { () throws(CodecError) in
                    try MessageProperties(decoding: bytes.properties)
                }
                messages.append(
                    Message(
                        exchange: ExchangeName(String(decoding: bytes.exchange, as: UTF8.self)),
                        routingKey: String(decoding: bytes.routingKey, as: UTF8.self),
                        body: Array(bytes.body)))
            }
            messages[messages.count - 1].properties = try #require(properties).get()
        }
        return messages
    }

    @Test("A message carries its planned time, and looks as the stream says")
    func properties() throws {
        let stream = LoadStream(
            name: "s", exchange: "x",
            variants: [
                LoadVariant(
                    routingKey: "k", headers: ["x-kind": .string("web")],
                    expirationMilliseconds: 500)
            ],
            body: .filler(bytes: 16), profile: .constant(perSecond: 1), isPersistent: true)
        let message = try #require(self.messages(of: stream, count: 2).last)
        let planned = self.start.adding(microseconds: 2)
        #expect(message.exchange == "x")
        #expect(message.routingKey == "k")
        #expect(message.body == Array(repeating: UInt8(ascii: "x"), count: 16))
        #expect(message.properties.isPersistent)
        #expect(message.properties.expiration == "500")
        #expect(message.properties.timestampSeconds == UInt64(planned.seconds))
        #expect(
            message.properties.headers == [
                PlannedHeader.name: .int64(planned.microseconds), "x-kind": .string("web"),
            ])
        let read = message.properties.encoded().withUnsafeBytes { PlannedHeader.read($0) }
        #expect(read == planned)
    }

    @Test("The same seed makes the same messages, another seed others")
    func seeded() throws {
        let stream = LoadScenario.demo.streams[0]
        let messages = try self.messages(of: stream, count: 50)
        #expect(try self.messages(of: stream, count: 50) == messages)
        #expect(try self.messages(of: stream, count: 50, seed: 2) != messages)
    }

    @Test("Variants are drawn by their shares")
    func shares() throws {
        let stream = LoadScenario.demo.streams[0]
        let messages = try self.messages(of: stream, count: 2_000)
        let changed = messages.count { $0.routingKey == "order.changed" }
        // 5 % of 2,000, give or take five standard deviations.
        #expect((50...150).contains(changed))
    }

    @Test("An order is filled up to its size, and is one JSON object", arguments: [0, 200, 1_024])
    func orders(bytesMin: Int) throws {
        let stream = LoadStream(
            name: "s", exchange: "x", variants: [LoadVariant(routingKey: "k")],
            body: .order(bytesMin: bytesMin), profile: .constant(perSecond: 1))
        for message in try self.messages(of: stream, count: 100) {
            let text = String(decoding: message.body, as: UTF8.self)
            let pattern =
                #/
                \{"id":\d+,"customer":"C-\d+","amount":\d+\.\d\d,
                "currency":"[A-Z]{3}","sku":"SKU-\d+","quantity":\d
                (,"note":"\.+")?\}
                /#
            #expect(text.wholeMatch(of: pattern) != nil)
            if bytesMin > 150 { #expect(message.body.count == bytesMin) }
        }
    }

    @Test("A dead letter has no latency, nor has another publisher's message")
    func noLatency() {
        var properties = MessageProperties()
        #expect(properties.encoded().withUnsafeBytes { PlannedHeader.read($0) } == nil)
        properties.headers = [
            "x-death": .array([]), PlannedHeader.name: .int64(5),
        ]
        #expect(properties.encoded().withUnsafeBytes { PlannedHeader.read($0) } == nil)
        properties.headers = [PlannedHeader.name: .int64(5)]
        let read = properties.encoded().withUnsafeBytes { PlannedHeader.read($0) }
        #expect(read == Timestamp(microseconds: 5))
    }
}
