import Messaging

/// Which end of a connection a machine plays.
package enum Role: Hashable, Sendable {
    case server
    case client
}

/// What one end of a connection offers, demands and says of itself.
package struct ConnectionSettings: Hashable, Sendable {
    /// A server's offer in `connection.tune`, or the most that a client accepts of it.
    package var tuning = Tuning(
        channelsMax: Limits.channelsMax, frameBytesMax: UInt32(Limits.frameBytesMax),
        heartbeatSeconds: Limits.heartbeatSeconds)
    /// Bytes of one message body that this end takes.
    package var bodyBytesMax = Limits.bodyBytesMax
    /// Bytes of one message's properties, headers included, that this end takes.
    package var propertiesBytesMax = Limits.propertiesBytesMax
    /// Bytes of all messages of one connection that are not whole yet.
    package var heldBytesMax = 2 * Limits.bodyBytesMax
    /// The `server-properties` or `client-properties`.
    package var properties: FieldTable
    /// How a client proves who it is; a server offers the mechanism names.
    package var mechanisms: [String] = ["PLAIN"]
    /// The client's SASL response to the first of `mechanisms`.
    package var response: [UInt8] = []
    /// Whether a server's machine answers `channel.open` at once; otherwise its driver does, which
    /// may refuse.
    package var answersChannelOpens = true
    /// The virtual host that a client opens.
    package var virtualHost = "/"

    private init(properties: FieldTable) { self.properties = properties }

    /// A server's settings: RabbitMQ's capabilities and limits under the given name.
    package static func server(product: String, version: String) -> ConnectionSettings {
        var settings = ConnectionSettings(
            properties: .serverProperties(product: product, version: version))
        settings.mechanisms = ["PLAIN", "AMQPLAIN"]
        return settings
    }

    /// The settings of a client that logs in by name and password (SASL PLAIN, RFC 4616).
    package static func client(
        user: String, password: String, virtualHost: String, product: String, version: String
    ) -> ConnectionSettings {
        var settings = ConnectionSettings(
            properties: .clientProperties(product: product, version: version))
        settings.response = [0] + Array(user.utf8) + [0] + Array(password.utf8)
        settings.virtualHost = virtualHost
        return settings
    }
}

extension FieldTable {
    fileprivate static func serverProperties(product: String, version: String) -> FieldTable {
        [
            "capabilities": .table([
                "publisher_confirms": .bool(true),
                "exchange_exchange_bindings": .bool(true),
                "basic.nack": .bool(true),
                "consumer_cancel_notify": .bool(true),
                "connection.blocked": .bool(true),
                "consumer_priorities": .bool(true),
                "authentication_failure_close": .bool(true),
                "per_consumer_qos": .bool(true),
                "direct_reply_to": .bool(true),
            ]),
            "product": .string(product),
            "version": .string(version),
        ]
    }

    fileprivate static func clientProperties(product: String, version: String) -> FieldTable {
        [
            "capabilities": .table([
                "publisher_confirms": .bool(true),
                "exchange_exchange_bindings": .bool(true),
                "basic.nack": .bool(true),
                "consumer_cancel_notify": .bool(true),
                "connection.blocked": .bool(true),
                "authentication_failure_close": .bool(true),
            ]),
            "product": .string(product),
            "version": .string(version),
        ]
    }
}
