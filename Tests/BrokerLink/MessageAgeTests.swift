import BrokerLink
import Messaging
import TestSupport
import Testing

@Suite("How long a message has been in its queue")
struct MessageAgeTests {
    private static func age(enqueuedAt: Timestamp?, stamp: UInt64?) -> Measured<Int64?> {
        var properties = MessageProperties()
        properties.timestampSeconds = stamp
        let message = Message(exchange: "", routingKey: "q", properties: properties, body: [])
        let browsed = BrowsedMessage(
            id: MessageID(Position(1)), message: message, bodyBytes: 0, enqueuedAt: enqueuedAt,
            isRedelivered: false, isUnacked: false, deaths: [])
        return browsed.ageMicroseconds(at: Timestamp(seconds: 1_700_000_100))
    }

    @Test("The broker's moment is exact, the publisher's is about it, and nonsense is nothing")
    func ages() {
        let moment = Timestamp(seconds: 1_700_000_090)
        #expect(Self.age(enqueuedAt: moment, stamp: 1_700_000_000) == .exact(10_000_000))
        #expect(
            Self.age(enqueuedAt: nil, stamp: 1_700_000_000)
                == .approximate(100_000_000, ageSeconds: 0))
        #expect(
            Self.age(enqueuedAt: nil, stamp: 1_700_000_160) == .approximate(0, ageSeconds: 0),
            "the publisher's clock is ahead")
        for stamp in [nil, 0, 1_700_000_000_000, .max] as [UInt64?] {
            #expect(Self.age(enqueuedAt: nil, stamp: stamp).value == nil)
        }
    }
}
