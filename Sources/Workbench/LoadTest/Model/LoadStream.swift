import Messaging

/// One stream of messages that a scenario publishes.
package struct LoadStream: Hashable, Sendable {
    package var name: String
    package var exchange: ExchangeName
    /// What the stream's messages look like; one is drawn for each message, by its share.
    package var variants: [LoadVariant]
    package var body: LoadBody
    package var profile: LoadProfile
    package var isPersistent: Bool
    /// Messages of one connection that may wait for their confirm before it pauses; nil asks for
    /// no confirms.
    package var confirmWindow: Int?
    /// Whether the broker returns messages that no queue gets (`mandatory`).
    package var isMandatory: Bool
    /// Connections that take the stream's messages in turn, from 1.
    package var connections: Int

    package init(
        name: String, exchange: ExchangeName, variants: [LoadVariant], body: LoadBody,
        profile: LoadProfile, isPersistent: Bool = false, confirmWindow: Int? = nil,
        isMandatory: Bool = false, connections: Int = 1
    ) {
        precondition(!variants.isEmpty, "a stream publishes at least one variant")
        precondition(connections >= 1, "a stream needs a connection")
        precondition(confirmWindow.map { $0 >= 1 } ?? true, "a window lets one message through")
        self.name = name
        self.exchange = exchange
        self.variants = variants
        self.body = body
        self.profile = profile
        self.isPersistent = isPersistent
        self.confirmWindow = confirmWindow
        self.isMandatory = isMandatory
        self.connections = connections
    }
}

/// One kind of message in a stream.
package struct LoadVariant: Hashable, Sendable {
    package var routingKey: String
    package var headers: FieldTable
    /// Time to live in milliseconds; nil for none.
    package var expirationMilliseconds: Int?
    /// How often it is drawn, in proportion to the other variants' shares.
    package var share: Int

    package init(
        routingKey: String, headers: FieldTable = FieldTable(),
        expirationMilliseconds: Int? = nil, share: Int = 1
    ) {
        precondition(share >= 1, "a variant that is never drawn is a mistake")
        self.routingKey = routingKey
        self.headers = headers
        self.expirationMilliseconds = expirationMilliseconds
        self.share = share
    }
}

/// What the bodies of a stream hold.
package enum LoadBody: Hashable, Sendable {
    /// So many bytes without meaning.
    case filler(bytes: Int)
    /// A JSON object of an order with id, amount, currency and customer, filled up with a note
    /// to at least so many bytes.
    case order(bytesMin: Int)

    /// Bytes of a body; about so many for an order.
    package var bytes: Int {
        switch self {
        case .filler(let bytes): bytes
        case .order(let bytesMin): max(bytesMin, OrderBody.bytesTypical)
        }
    }
}
