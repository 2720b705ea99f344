import Core
import Messaging
import Testing

/// What a headers exchange asks of a message's headers.
@Suite struct HeadersTests {
    /// A broker whose queue `q` is bound with those arguments.
    private func broker(bound arguments: FieldTable) -> TestBroker {
        let broker = TestBroker()
        broker.declare("q")
        broker.bind("q", to: "amq.headers", arguments: arguments)
        return broker
    }

    private func reaches(_ broker: TestBroker, _ headers: FieldTable?) -> Bool {
        var properties = MessageProperties()
        properties.headers = headers
        broker.publish("m", to: "k", exchange: "amq.headers", properties: properties)
        return !broker.drain("q").isEmpty
    }

    private static let one: FieldTable = ["a": .int32(1)]
    private static let both: FieldTable = ["a": .int32(1), "b": .string("x")]

    @Test(
        "All or any of the values, and all when it does not say",
        arguments: [nil, "all", "any", "all-with-x", "any-with-x"])
    func modes(mode: String?) {
        var arguments = Self.both
        if let mode { arguments["x-match"] = .string(mode) }
        let broker = self.broker(bound: arguments)
        let isAny = mode?.hasPrefix("any") ?? false
        #expect(self.reaches(broker, Self.both))
        #expect(self.reaches(broker, Self.one) == isAny)
        #expect(!self.reaches(broker, ["a": .int32(2)]))
        #expect(!self.reaches(broker, [:]))
        #expect(!self.reaches(broker, nil))
    }

    @Test("Nothing asked for is met by everything, and is not any of it")
    func empty() {
        #expect(self.reaches(self.broker(bound: [:]), nil))
        #expect(self.reaches(self.broker(bound: [:]), Self.one))
        let any = self.broker(bound: ["x-match": .string("any")])
        #expect(!self.reaches(any, Self.one))
    }

    @Test(
        "Names that begin with x- count in the modes that say so",
        arguments: [("all", false), ("any", false), ("all-with-x", true), ("any-with-x", true)])
    func namesWithX(mode: String, counts: Bool) {
        let broker = self.broker(
            bound: ["x-match": .string(mode), "x-a": .int32(1), "b": .int32(2)])
        #expect(self.reaches(broker, ["x-a": .int32(1), "b": .int32(2)]))
        #expect(self.reaches(broker, ["b": .int32(2)]) == (mode != "all-with-x"))
        #expect(self.reaches(broker, ["x-a": .int32(1)]) == (mode == "any-with-x"))
        let onlyX = self.broker(bound: ["x-match": .string(mode), "x-a": .int32(1)])
        #expect(self.reaches(onlyX, ["x-a": .int32(2)]) == (mode == "all"))
        #expect(self.reaches(onlyX, ["x-a": .int32(1)]) == (counts || mode == "all"))
    }

    @Test("A void value asks for presence alone, and a void header is present")
    func void() {
        let broker = self.broker(bound: ["a": .void])
        #expect(self.reaches(broker, ["a": .string("whatever")]))
        #expect(self.reaches(broker, ["a": .void]))
        #expect(!self.reaches(broker, ["b": .void]))
        #expect(!self.reaches(self.broker(bound: Self.one), ["a": .void]))
    }

    @Test(
        "Values are compared as RabbitMQ compares them, whatever their width",
        arguments: [
            (FieldValue.int8(5), FieldValue.int64(5), true), (.uint16(5), .double(5), true),
            (.float(0.5), .double(0.5), true), (.int32(5), .int32(6), false),
            (.int32(1), .bool(true), false), (.int32(5), .string("5"), false),
            (.string("x"), .byteArray([0x78]), true), (.timestamp(seconds: 5), .int8(5), true),
            (.int64(.max), .int64(.max - 1), false), (.bool(true), .bool(true), true),
            (.array([.int8(1)]), .array([.int8(1)]), true),
        ])
    func values(asked: FieldValue, sent: FieldValue, isMet: Bool) {
        let broker = self.broker(bound: ["a": asked])
        #expect(self.reaches(broker, ["a": sent]) == isMet)
    }

    @Test("The same key goes elsewhere when the headers do")
    func notCached() {
        let broker = self.broker(bound: Self.one)
        #expect(self.reaches(broker, Self.one))
        #expect(!self.reaches(broker, [:]))
        #expect(self.reaches(broker, Self.one))
    }

    @Test("A queue that is bound in two ways gets a message once, and keeps the other way")
    func twoBindings() {
        let broker = self.broker(bound: Self.one)
        broker.bind("q", to: "amq.headers", arguments: ["b": .string("x")])
        broker.publish("m", to: "", exchange: "amq.headers", properties: .headers(Self.both))
        #expect(broker.drain("q") == ["m"])
        broker.unbind("q", from: "amq.headers", arguments: Self.one)
        #expect(!self.reaches(broker, Self.one))
        #expect(self.reaches(broker, ["b": .string("x")]))
    }

    @Test("The order of a binding's arguments is no part of what it means")
    func argumentOrder() {
        let broker = self.broker(bound: ["a": .int32(1), "b": .int32(2)])
        broker.unbind("q", from: "amq.headers", arguments: ["b": .int32(2), "a": .int32(1)])
        #expect(!self.reaches(broker, ["a": .int32(1), "b": .int32(2)]))
    }

    @Test(
        "A match that does not exist is refused, in RabbitMQ's words",
        arguments: [
            (
                FieldValue.string("some"),
                "value <<\"some\">>; expected all, any, all-with-x, or any-with-x"
            ),
            (.int32(5), "type signedint (value 5); expected longstr"),
        ])
    func wrongMode(mode: FieldValue, text: String) {
        let broker = self.broker(bound: ["x-match": mode])
        #expect(
            broker.refusal()
                == Refusal(
                    code: .preconditionFailed,
                    text: "PRECONDITION_FAILED - Invalid x-match field \(text)",
                    cause: .bindQueue))
    }
}
