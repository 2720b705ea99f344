import Messaging

/// A client that has logged in and asks for a virtual host.
package struct ConnectingClient: Sendable {
    /// Where it comes from, such as `127.0.0.1:51234`; shown to operators.
    package var origin: String
    package var user: String
    package var host: VirtualHostName
    /// What it says of itself.
    package var properties: FieldTable

    package init(
        origin: String, user: String, host: VirtualHostName = .default,
        properties: FieldTable = FieldTable()
    ) {
        self.origin = origin
        self.user = user
        self.host = host
        self.properties = properties
    }
}

/// Whether the engine takes a client.
package enum ConnectAnswer: Equatable, Sendable {
    case accepted
    /// There are as many connections as there may be.
    case noRoom(connectionsMax: Int)
    case noSuchVirtualHost
    /// Its virtual host or its user has as many as an administrator lets it; in RabbitMQ's words.
    case limitReached(String)
    /// The user has no permission in it at all.
    case noAccess
}
