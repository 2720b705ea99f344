/// Who answers at the other end of a link.
package struct BrokerIdentity: Equatable, Sendable {
    /// Such as `queuetop` or `RabbitMQ`.
    package var product: String
    package var version: String
    /// Where it is reached, such as `embedded` or `10.0.0.7:5672`.
    package var address: String
    package var user: String
    package var virtualHost: String
    package var capabilities: [Capability: Availability]
    /// What looking at a queue's messages costs here.
    package var browseIntrusion: Intrusion

    package init(
        product: String, version: String, address: String, user: String, virtualHost: String,
        capabilities: [Capability: Availability], browseIntrusion: Intrusion
    ) {
        self.product = product
        self.version = version
        self.address = address
        self.user = user
        self.virtualHost = virtualHost
        self.capabilities = capabilities
        self.browseIntrusion = browseIntrusion
    }

    /// What the broker in the console's own process calls its address.
    package static let embeddedAddress = "embedded"

    /// Whether the broker ends with this process.
    package var isEmbedded: Bool { self.address == Self.embeddedAddress }
}
