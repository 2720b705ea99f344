import Messaging
import RabbitMQLink
import Testing

@Suite("How often a message may be returned")
struct ReturnLimitTests {
    private static func message(returns: Int64?) -> Message {
        var properties = MessageProperties()
        properties.headers = returns.map { ["x-delivery-count": .int64($0)] }
        return Message(exchange: "", routingKey: "q", properties: properties, body: [1])
    }

    @Test(
        "At the limit one more return is one too many, and one before it is near",
        arguments: [
            (nil, 0, true, true), (nil, 1, true, false), (nil, 2, false, false),
            (0, 2, false, false), (1, 2, true, false), (2, 2, true, true), (3, 2, true, true),
        ] as [(Int64?, Int, Bool, Bool)])
    func limits(returns: Int64?, returnsMax: Int, isNear: Bool, isReached: Bool) {
        let limit = ReturnLimit(returnsMax: returnsMax, deadLetters: .none)
        #expect(limit.isNear(Self.message(returns: returns)) == isNear)
        #expect(limit.isReached(by: Self.message(returns: returns)) == isReached)
    }

    @Test("What is put back as a new message still has to expire, and is no longer counted")
    func again() {
        var message = Self.message(returns: 2)
        message.properties.expiration = "1000"
        let copy = Resending.again(message, to: "q", user: "ada")
        #expect(copy.properties.expiration == "1000")
        #expect(copy.properties.headers?["x-delivery-count"] == nil)
    }
}
