import AMQP
import Messaging
import Testing

/// What a client can do wrong, with the answer of RabbitMQ 3.10.8, tried against it case by case.
@Suite("Protocol violations close the connection with RabbitMQ's code and words")
struct ViolationTests {
    struct Violation: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let code: UInt16
        let text: String
        var method = MethodID.none

        var testDescription: String { self.name }
    }

    @Test("On an open channel", arguments: framing + order + contents + methods)
    func onOpenChannel(violation: Violation) throws {
        let server = Conversation.server()
        server.receive(violation.bytes)
        let reason = CloseReason(
            code: violation.code, text: violation.text, method: violation.method)
        #expect(server.takeHeard() == [.event(.protocolError(reason))])
        #expect(server.takeOutput() == WireBytes.method(0, .connection(.close(reason))))
        #expect(!server.isRunning)
        // What was on its way is dropped, until the client confirms or the time is over.
        server.receive(WireBytes.message(body: [1]))
        #expect(server.takeHeard().isEmpty)
        #expect(server.takeOutput().isEmpty)
    }

    private static let framing: [Violation] = [
        Violation(
            name: "wrong end octet", bytes: WireBytes.frame(3, 1, Array("xyz".utf8), end: 0xCF),
            code: 501,
            text: "FRAME_ERROR - type 3, all octets = <<\"xyz\">>: {invalid_frame_end_marker,207}"),
        Violation(
            name: "wrong end octet of a long frame",
            bytes: WireBytes.frame(3, 1, [UInt8](repeating: 7, count: 20), end: 0), code: 501,
            text: "FRAME_ERROR - type 3, first 16 octets = <<7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7>>: "
                + "{invalid_frame_end_marker,0}"),
        Violation(
            name: "wrong end octet of an ack",
            bytes: WireBytes.frame(
                1, 1, [0, 60, 0, 80] + WireBytes.integer(UInt64(1)) + [0], end: 0xCC),
            code: 501,
            text: "FRAME_ERROR - type 1, all octets = <<0,60,0,80,0,0,0,0,0,0,0,1,0>>: "
                + "{invalid_frame_end_marker,204}"),
        Violation(
            name: "frame too large", bytes: [3, 0, 1] + WireBytes.integer(UInt32(131_073)),
            code: 501,
            text: "FRAME_ERROR - type 3, all octets = <<>>: {frame_too_large,131073,131064}"),
        Violation(
            name: "unknown frame type", bytes: WireBytes.frame(4, 1, Array("abc".utf8)), code: 501,
            text: "FRAME_ERROR - type 4, all octets = <<\"abc\">>: unknown_frame"),
        Violation(
            name: "unknown frame type on channel 0", bytes: WireBytes.frame(5, 0, []), code: 501,
            text: "FRAME_ERROR - type 5, all octets = <<>>: unknown_frame"),
        Violation(
            name: "method frame without ids", bytes: WireBytes.frame(1, 1, [0, 10]), code: 501,
            text: "FRAME_ERROR - type 1, all octets = <<0,10>>: unknown_frame"),
        Violation(
            name: "header frame cut short",
            bytes: WireBytes.publish() + WireBytes.frame(2, 1, [0, 60, 0]), code: 501,
            text: "FRAME_ERROR - type 2, all octets = <<0,60,0>>: unknown_frame"),
        Violation(
            name: "heartbeat on a channel", bytes: WireBytes.frame(8, 1, []), code: 505,
            text: "UNEXPECTED_FRAME - type 8, all octets = <<>>"),
        Violation(
            name: "heartbeat with a payload", bytes: WireBytes.frame(8, 0, Array("x".utf8)),
            code: 501, text: "FRAME_ERROR - type 8, all octets = <<\"x\">>: unknown_frame"),
        Violation(
            name: "header on channel 0", bytes: WireBytes.header(0, size: 0), code: 505,
            text: "UNEXPECTED_FRAME - type 2, all octets = <<0,60,0,0,0,0,0,0,0,0,0,0,0,0>>"),
        Violation(
            name: "body on channel 0", bytes: WireBytes.body(0, Array("xyz".utf8)), code: 505,
            text: "UNEXPECTED_FRAME - type 3, all octets = <<\"xyz\">>"),
    ]

    private static let order: [Violation] = [
        Violation(
            name: "method on a channel that is not open", bytes: WireBytes.method(2, .tx(.select)),
            code: 504, text: "CHANNEL_ERROR - expected 'channel.open'", method: MethodID(90, 10)),
        Violation(
            name: "publish on a channel that is not open", bytes: WireBytes.publish(2), code: 504,
            text: "CHANNEL_ERROR - expected 'channel.open'", method: MethodID(60, 40)),
        Violation(
            name: "header on a channel that is not open", bytes: WireBytes.header(2, size: 0),
            code: 505,
            text: "UNEXPECTED_FRAME - expected method frame, got non method frame instead"),
        Violation(
            name: "channel.open twice", bytes: WireBytes.channelOpen, code: 504,
            text: "CHANNEL_ERROR - second 'channel.open' seen", method: MethodID(20, 10)),
        Violation(
            name: "queue method on channel 0",
            bytes: WireBytes.method(0, .queue(.purge(queue: "q", noWait: false))), code: 504,
            text: "CHANNEL_ERROR - unexpected method in connection state running",
            method: MethodID(50, 30)),
        Violation(
            name: "connection.open twice", bytes: WireBytes.open, code: 504,
            text: "CHANNEL_ERROR - unexpected method in connection state running",
            method: MethodID(10, 40)),
        Violation(
            name: "start-ok twice", bytes: WireBytes.startOK, code: 504,
            text: "CHANNEL_ERROR - unexpected method in connection state running",
            method: MethodID(10, 11)),
        Violation(
            name: "close-ok that nobody asked for",
            bytes: WireBytes.method(0, .connection(.closeOK)), code: 504,
            text: "CHANNEL_ERROR - unexpected method in connection state running",
            method: MethodID(10, 51)),
        Violation(
            name: "connection method on a channel", bytes: WireBytes.method(1, 10, 51), code: 503,
            text: "COMMAND_INVALID - unimplemented method", method: MethodID(10, 51)),
    ]

    private static let contents: [Violation] = [
        Violation(
            name: "header without a method", bytes: WireBytes.header(size: 0), code: 505,
            text: "UNEXPECTED_FRAME - expected method frame, got non method frame instead"),
        Violation(
            name: "body without a method", bytes: WireBytes.body(1, [1]), code: 505,
            text: "UNEXPECTED_FRAME - expected method frame, got non method frame instead"),
        Violation(
            name: "method in place of a header",
            bytes: WireBytes.publish() + WireBytes.method(1, .tx(.select)), code: 505,
            text: "UNEXPECTED_FRAME - expected content header for class 60, "
                + "got non content header frame instead", method: MethodID(60, 40)),
        Violation(
            name: "body in place of a header", bytes: WireBytes.publish() + WireBytes.body(1, [1]),
            code: 505,
            text: "UNEXPECTED_FRAME - expected content header for class 60, "
                + "got non content header frame instead", method: MethodID(60, 40)),
        Violation(
            name: "method in place of a body",
            bytes: WireBytes.publish() + WireBytes.header(size: 5)
                + WireBytes.method(1, .channel(.close(.normal))),
            code: 505,
            text: "UNEXPECTED_FRAME - expected content body, got non content body frame instead",
            method: MethodID(60, 40)),
        Violation(
            name: "header of another class",
            bytes: WireBytes.publish() + WireBytes.header(size: 5, classID: 50), code: 505,
            text: "UNEXPECTED_FRAME - expected content header for class 60, "
                + "got one for class 50 instead", method: MethodID(60, 40)),
        Violation(
            name: "header with a weight",
            bytes: WireBytes.publish() + WireBytes.header(size: 5, weight: 1), code: 505,
            text: "UNEXPECTED_FRAME - expected content header for class 60, "
                + "got non content header frame instead", method: MethodID(60, 40)),
        Violation(
            name: "body longer than announced",
            bytes: WireBytes.publish() + WireBytes.header(size: 2) + WireBytes.body(1, [1, 2, 3]),
            code: 501, text: "FRAME_ERROR - content body frame exceeds remaining content size",
            method: MethodID(60, 40)),
        Violation(
            name: "properties that do not fit their flags",
            bytes: WireBytes.publish() + WireBytes.header(size: 0, properties: [0x10, 0]),
            code: 502, text: "SYNTAX_ERROR - cannot decode the message's properties",
            method: MethodID(60, 40)),
        Violation(
            name: "immediate",
            bytes: WireBytes.publish(bits: 2) + WireBytes.header(size: 0), code: 540,
            text: "NOT_IMPLEMENTED - immediate=true", method: MethodID(60, 40)),
    ]

    private static let methods: [Violation] = [
        Violation(
            name: "unknown class", bytes: WireBytes.method(1, 77, 10), code: 540,
            text: "NOT_IMPLEMENTED - no method has class id 77 and method id 10",
            method: MethodID(77, 10)),
        Violation(
            name: "unknown method on channel 0", bytes: WireBytes.method(0, 10, 99), code: 540,
            text: "NOT_IMPLEMENTED - no method has class id 10 and method id 99",
            method: MethodID(10, 99)),
        Violation(
            name: "a server's method", bytes: WireBytes.method(1, .queue(.bindOK)), code: 503,
            text: "COMMAND_INVALID - unimplemented method", method: MethodID(50, 21)),
        Violation(
            name: "a server's method with content", bytes: ServerBytes.delivery(body: []),
            code: 503, text: "COMMAND_INVALID - unimplemented method", method: MethodID(60, 60)),
        Violation(
            name: "channel.close-ok that nobody asked for",
            bytes: WireBytes.method(1, .channel(.closeOK)), code: 503,
            text: "COMMAND_INVALID - unimplemented method", method: MethodID(20, 41)),
        Violation(
            name: "channel.flow that stops",
            bytes: WireBytes.method(1, .channel(.flow(isActive: false))), code: 540,
            text: "NOT_IMPLEMENTED - active=false", method: MethodID(20, 20)),
        Violation(
            name: "arguments cut off", bytes: WireBytes.method(1, 60, 10, [0, 0]), code: 501,
            text: "FRAME_ERROR - cannot decode <<0,0>>", method: MethodID(60, 10)),
        Violation(
            name: "arguments of publish cut off", bytes: WireBytes.method(1, 60, 40, [0, 0, 9]),
            code: 501, text: "FRAME_ERROR - cannot decode <<0,0,9>>", method: MethodID(60, 40)),
        Violation(
            name: "arguments too long",
            bytes: WireBytes.method(1, 60, 10, [UInt8](repeating: 0, count: 8)), code: 501,
            text: "FRAME_ERROR - cannot decode <<0,0,0,0,0,0,0,0>>", method: MethodID(60, 10)),
        Violation(
            name: "a reply text that has to be cut",
            bytes: WireBytes.method(1, 60, 10, [UInt8](repeating: 255, count: 100)), code: 501,
            text: "FRAME_ERROR - cannot decode <<"
                + String(repeating: "255,", count: 55) + "25...", method: MethodID(60, 10)),
        Violation(
            name: "a name that is no UTF-8",
            bytes: WireBytes.method(1, 60, 30, [2, 0xFF, 0xFE, 0]), code: 501,
            text: "FRAME_ERROR - Malformed UTF-8 in shortstr"),
        Violation(
            name: "a field of unknown type",
            bytes: WireBytes.method(
                1, 50, 10, [0, 0, 0, 0] + WireBytes.long(WireBytes.short("k") + [0x7A, 1])),
            code: 502, text: "SYNTAX_ERROR - cannot decode a field table",
            method: MethodID(50, 10)),
    ]
}
