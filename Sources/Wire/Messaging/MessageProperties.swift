/// The properties of a message's content header (AMQP 0-9-1, class basic).
package struct MessageProperties: Hashable, Sendable {
    /// Whether a message is meant to survive a restart of the broker (`delivery-mode`).
    package enum DeliveryMode: UInt8, Hashable, Sendable {
        case transient = 1
        case persistent = 2
    }

    package var contentType: String?
    package var contentEncoding: String?
    package var headers: FieldTable?
    /// The octet as sent; see ``DeliveryMode`` for the two values that mean something.
    package var deliveryMode: UInt8?
    package var priority: UInt8?
    package var correlationID: String?
    package var replyTo: String?
    /// Time to live in milliseconds, as decimal text.
    package var expiration: String?
    package var messageID: String?
    package var timestampSeconds: UInt64?
    package var type: String?
    package var userID: String?
    package var appID: String?
    package var clusterID: String?

    package init() {}

    package var isPersistent: Bool { self.deliveryMode == DeliveryMode.persistent.rawValue }
}
