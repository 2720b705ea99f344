/// A message with its properties decoded: what browsing, moving and publishing one by one use.
///
/// The broker's hot path never makes one; there a message is a ``MessageSlice`` of a batch's bytes.
package struct Message: Hashable, Sendable {
    package var exchange: ExchangeName
    package var routingKey: String
    package var properties: MessageProperties
    package var body: [UInt8]

    package init(
        exchange: ExchangeName, routingKey: String,
        properties: MessageProperties = MessageProperties(), body: [UInt8]
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
        self.body = body
    }
}

/// Where one published message lies in the bytes that carried it.
///
/// All offsets count from the start of those bytes. `properties` covers the content header's
/// property flags and property list exactly as the publisher wrote them.
package struct MessageSlice: Hashable, Sendable {
    package var exchangeOffset: Int
    package var keyOffset: Int
    package var propertiesOffset: Int
    package var bodyOffset: Int
    package var propertiesBytes: Int
    package var bodyBytes: Int
    package var exchangeBytes: UInt8
    package var keyBytes: UInt8
    package var isMandatory: Bool
    package var isImmediate: Bool

    package init(
        exchangeOffset: Int, exchangeBytes: UInt8, keyOffset: Int, keyBytes: UInt8,
        propertiesOffset: Int, propertiesBytes: Int, bodyOffset: Int, bodyBytes: Int,
        isMandatory: Bool, isImmediate: Bool
    ) {
        self.exchangeOffset = exchangeOffset
        self.exchangeBytes = exchangeBytes
        self.keyOffset = keyOffset
        self.keyBytes = keyBytes
        self.propertiesOffset = propertiesOffset
        self.propertiesBytes = propertiesBytes
        self.bodyOffset = bodyOffset
        self.bodyBytes = bodyBytes
        self.isMandatory = isMandatory
        self.isImmediate = isImmediate
    }
}
