import BrokerLink
import DeadLetters
import Messaging
import TestSupport

/// A death record with what a test is not about filled in.
func death(
    _ reason: DeathReason, in queue: QueueName, count: Int64 = 1,
    exchange: ExchangeName = "orders.x", routingKeys: [String] = ["order.created"],
    originalExpiration: String? = nil
) -> DeathRecord {
    DeathRecord(
        count: count, reason: reason, queue: queue, timeSeconds: 1_795_280_000,
        exchange: exchange, routingKeys: routingKeys, originalExpiration: originalExpiration)
}

/// A message as it lies in a dead-letter queue, so many seconds before ``Timestamp/testStart``.
func browsed(
    _ position: UInt64, deaths: [DeathRecord], ageSeconds: Int64 = 0,
    headers: FieldTable? = nil, isUnacked: Bool = false
) -> BrowsedMessage {
    var properties = MessageProperties()
    properties.headers = headers
    return BrowsedMessage(
        id: MessageID(Position(position)),
        message: Message(
            exchange: "dead.x", routingKey: "dead", properties: properties, body: []),
        bodyBytes: 0, enqueuedAt: .testStart.adding(seconds: -ageSeconds), isRedelivered: false,
        isUnacked: isUnacked, deaths: deaths)
}

/// A dead letter of the queue `dead`, rejected in one queue.
func letter(
    _ position: UInt64, rejectedIn queue: QueueName = "orders.payment", error: String? = nil,
    ageSeconds: Int64 = 0, lyingIn source: QueueName = "dead", isUnacked: Bool = false
) -> DeadLetter {
    DeadLetter(
        browsed(
            position, deaths: [death(.rejected, in: queue)], ageSeconds: ageSeconds,
            headers: error.map { ["x-error": .string($0)] }, isUnacked: isUnacked),
        in: source, deadLetterQueues: [source])
}
