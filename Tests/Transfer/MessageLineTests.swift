import Messaging
import PlainJSON
import Testing
import Transfer

/// A message comes back from its line as it was.
@Suite("Message lines")
struct MessageLineTests {
    private static func roundTrip(_ message: Message) throws -> Message {
        let line = JSON.object(MessageLine.members(of: message)).compactText
        #expect(!line.contains("\n"))
        return try MessageLine.message(from: JSON(parsing: Array(line.utf8)))
    }

    @Test("The text is the documented one")
    func text() {
        var message = Message(
            exchange: "orders.x", routingKey: "order.created", body: Array(#"{"id":1}"#.utf8))
        message.properties.contentType = "application/json"
        message.properties.deliveryMode = 2
        message.properties.headers = ["tries": .int32(3)]
        #expect(
            JSON.object(MessageLine.members(of: message)).compactText
                == #"{"exchange":"orders.x","routing_key":"order.created","properties":"#
                + #"{"content_type":"application/json","delivery_mode":2},"headers":"#
                + #"[{"name":"tries","type":"int32","value":3}],"body":"{\"id\":1}"}"#)
    }

    @Test("Every property, and none at all")
    func properties() throws {
        let bare = Message(exchange: "", routingKey: "", body: [])
        #expect(try Self.roundTrip(bare) == bare)
        var full = Message(exchange: "é", routingKey: "a b", body: [0, 255, 10])
        full.properties.contentType = "text/plain"
        full.properties.contentEncoding = "gzip"
        full.properties.headers = FieldTable()
        full.properties.deliveryMode = 1
        full.properties.priority = 255
        full.properties.correlationID = "c"
        full.properties.replyTo = "r"
        full.properties.expiration = "60000"
        full.properties.messageID = ""
        full.properties.timestampSeconds = .max
        full.properties.type = "t"
        full.properties.userID = "guest"
        full.properties.appID = "a"
        full.properties.clusterID = "\u{0}"
        #expect(try Self.roundTrip(full) == full)
    }

    @Test(
        "Every type of header",
        arguments: [
            FieldValue.bool(true), .int8(.min), .uint8(.max), .int16(.min), .uint16(.max),
            .int32(.min), .uint32(.max), .int64(.min), .float(0.1), .float(.infinity),
            .float(Float(bitPattern: 0x7fc0_0001)), .double(0.1), .double(-.infinity),
            .double(-0.0), .double(3), .double(Double(bitPattern: 0x7ff8_0000_0000_0001)),
            .decimal(scale: 2, value: -314), .string("text\n"), .longString([0xFF, 0]),
            .byteArray([1, 2, 3]), .timestamp(seconds: .max), .void,
            .array([.int8(1), .array([]), .table(["a": .void])]),
            .table(FieldTable([.init("a", .int8(1)), .init("a", .string("again"))])),
        ])
    func headers(value: FieldValue) throws {
        var message = Message(exchange: "", routingKey: "q", body: [])
        message.properties.headers = FieldTable([.init("h", value), .init("", .bool(false))])
        let back = try Self.roundTrip(message)
        // Encoded, because no not-a-number equals itself.
        #expect(back.properties.encoded() == message.properties.encoded())
    }

    @Test("The death history is kept with its types")
    func deaths() throws {
        var message = Message(exchange: "dlx", routingKey: "q", body: [1])
        message.properties.headers = [
            "x-death": .array([
                .table([
                    "count": .int64(2), "reason": .string("rejected"), "queue": .string("orders"),
                    "time": .timestamp(seconds: 1_795_285_900), "exchange": .string(""),
                    "routing-keys": .array([.string("orders")]),
                ])
            ])
        ]
        #expect(try Self.roundTrip(message) == message)
    }

    @Test(
        "What is no message is refused with a reason",
        arguments: [
            (#"[]"#, "it is no object"),
            (#"{}"#, "body is missing"),
            (#"{"body":"a","body_base64":"YQ=="}"#, "it has both body and body_base64"),
            (#"{"body":1}"#, "its body is no text"),
            (#"{"body_base64":"Y"}"#, "body_base64 is no base64"),
            (#"{"body":"","exchange":1}"#, "exchange is no text"),
            (#"{"body":"","properties":{"colour":1}}"#, "colour is no property, or too large"),
            (
                #"{"body":"","properties":{"priority":256}}"#,
                "priority is no property, or too large"
            ),
            (#"{"body":"","headers":{}}"#, "headers is no list of fields"),
            (
                #"{"body":"","headers":[{"type":"bool"}]}"#,
                "a field of headers has no name, or too long a one"
            ),
            (#"{"body":"","headers":[{"name":"a"}]}"#, "header a has no type"),
            (
                #"{"body":"","headers":[{"name":"a","type":"int8","value":128}]}"#,
                "the value of header a does not fit its type"
            ),
            (
                #"{"body":"","headers":[{"name":"a","type":"odd","value":1}]}"#,
                "the value of header a does not fit its type"
            ),
        ])
    func refused(line: String, reason: String) throws {
        let json = try JSON(parsing: Array(line.utf8))
        #expect {
            _ = try MessageLine.message(from: json)
        } throws: { error in
            "\(error)" == reason
        }
    }

    @Test("A routing key may have 255 bytes, and no more")
    func longNames() throws {
        func line(_ count: Int) -> JSON {
            ["routing_key": .text(String(repeating: "k", count: count)), "body": .text("")]
        }
        #expect(try MessageLine.message(from: line(255)).routingKey.utf8.count == 255)
        #expect(throws: MessageLineError.self) { try MessageLine.message(from: line(256)) }
    }

    @Test("What is carried to a queue goes nowhere else")
    func carried() {
        var message = Message(exchange: "x", routingKey: "k", body: [1])
        message.properties.userID = "somebody"
        message.properties.expiration = "1000"
        message.properties.headers = [
            "CC": .array([.string("a")]), "BCC": .void, "kept": .bool(true),
        ]
        let carried = message.carried(to: "q")
        #expect(carried.exchange == .default)
        #expect(carried.routingKey == "q")
        #expect(carried.properties.userID == nil)
        #expect(carried.properties.expiration == "1000")
        #expect(carried.properties.headers == ["kept": .bool(true)])
    }
}
