import Core
import Messaging
import Testing

/// What a stream may be declared with, in RabbitMQ 3.10's words.
@Suite struct StreamDeclareTests {
    private func refusal(
        _ further: FieldTable = [:], durable: Bool = true, exclusive: Bool = false,
        autoDelete: Bool = false, name: String = "s"
    ) -> String? {
        let broker = TestBroker()
        broker.send(
            .declareQueue(
                QueueDeclaration(
                    name: QueueName(name), isDurable: durable, isExclusive: exclusive,
                    isAutoDelete: autoDelete,
                    arguments: FieldTable(
                        [.init("x-queue-type", .string("stream"))] + further.fields))))
        return broker.refusal().map { "\($0.code.rawValue) \($0.text)" }
    }

    @Test("A stream is durable, and neither exclusive nor auto-delete, nor named by the server")
    func properties() {
        let resource = "for queue 's' in vhost '/'"
        #expect(self.refusal() == nil)
        #expect(
            self.refusal(durable: false)
                == "406 PRECONDITION_FAILED - invalid property 'non-durable' \(resource)")
        #expect(
            self.refusal(durable: false, exclusive: true)
                == "406 PRECONDITION_FAILED - invalid property 'exclusive-owner' \(resource)")
        #expect(
            self.refusal(durable: false, exclusive: true, autoDelete: true)
                == "406 PRECONDITION_FAILED - invalid property 'auto-delete' \(resource)")
        #expect(
            self.refusal(durable: false, name: "")
                == "406 PRECONDITION_FAILED - Cannot declare a server-named queue for type "
                + "rabbit_stream_queue")
    }

    @Test(
        "An age is a number and one of six units",
        arguments: [
            "1D", "10h", "7Y", "5M", "3m", "30s", "99999999999999999999Y",
        ])
    func ages(_ age: String) {
        #expect(self.refusal(["x-max-age": .string(age)]) == nil)
    }

    @Test(
        "Any other age is refused",
        arguments: ["0s", "", "10", "h", "1.5h", "-1h", "1d", "1Dx", "1h "])
    func noAges(_ age: String) {
        #expect(
            self.refusal(["x-max-age": .string(age)])
                == "406 PRECONDITION_FAILED - invalid arg 'x-max-age' for queue 's' in vhost '/': "
                + "invalid_max_age")
    }

    @Test("Ages are as long as they say, and no longer than time goes")
    func lengths() {
        #expect(StreamAge.microseconds("90s") == 90_000_000)
        #expect(StreamAge.microseconds("2m") == 120_000_000)
        #expect(StreamAge.microseconds("1h") == 3_600_000_000)
        #expect(StreamAge.microseconds("1D") == 86_400_000_000)
        #expect(StreamAge.microseconds("1M") == 2_592_000_000_000)
        #expect(StreamAge.microseconds("1Y") == 31_536_000_000_000)
        #expect(StreamAge.microseconds("99999999999999999999Y") == 3_155_760_000_000_000)
    }

    @Test("Values are checked before names, names before properties")
    func order() {
        let resource = "for queue 's' in vhost '/'"
        #expect(
            self.refusal(["x-max-length": .int32(5), "x-max-age": .string("10")], durable: false)
                == "406 PRECONDITION_FAILED - invalid arg 'x-max-age' \(resource): "
                + "invalid_max_age")
        #expect(
            self.refusal(["x-max-length": .string("x")], durable: false)
                == "406 PRECONDITION_FAILED - invalid arg 'x-max-length' \(resource) of queue "
                + "type rabbit_stream_queue")
        #expect(
            self.refusal(["x-stream-max-segment-size-bytes": .int64(3_000_000_001)])
                == "406 PRECONDITION_FAILED - Exceeded max value for "
                + "x-stream-max-segment-size-bytes")
        #expect(self.refusal(["x-stream-max-segment-size-bytes": .int64(3_000_000_000)]) == nil)
    }

    @Test("Other arguments have their types and values")
    func values() {
        let prefix = "406 PRECONDITION_FAILED - invalid arg"
        let resource = "for queue 's' in vhost '/':"
        #expect(
            self.refusal(["x-max-length-bytes": .int32(-1)])
                == "\(prefix) 'x-max-length-bytes' \(resource) {value_negative,-1}")
        #expect(
            self.refusal(["x-initial-cluster-size": .int32(0)])
                == "\(prefix) 'x-initial-cluster-size' \(resource) {value_zero,0}")
        #expect(
            self.refusal(["x-queue-leader-locator": .string("min-masters")])
                == "\(prefix) 'x-queue-leader-locator' \(resource) invalid_queue_locator_arg")
        #expect(
            self.refusal(["x-max-age": .int32(5)])
                == "\(prefix) 'x-max-age' \(resource) {unacceptable_type,signedint}")
        #expect(
            self.refusal([
                "x-max-length-bytes": .int32(0), "x-queue-leader-locator": .string("balanced"),
                "x-initial-cluster-size": .int32(3), "x-mine": .void,
            ]) == nil)
    }

    @Test("A second declaration means the same stream, but for what a stream does not have")
    func equivalence() {
        let broker = TestBroker()
        broker.declareStream("s", ["x-max-age": .string("1h")])
        broker.declareStream("s", ["x-max-age": .string("1h"), "x-max-length": .int32(5)])
        #expect(broker.refusal() == nil)
        broker.declareStream("s", ["x-max-age": .string("2h")])
        #expect(
            broker.refusal()?.text
                == "PRECONDITION_FAILED - inequivalent arg 'x-max-age' for queue 's' in vhost "
                + "'/': received '2h' but current is '1h'")
        broker.send(.openChannel)
        broker.declare("s", durable: true)
        #expect(
            broker.refusal()?.text
                == "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 's' in vhost "
                + "'/': received none but current is the value 'stream' of type 'longstr'")
    }
}
