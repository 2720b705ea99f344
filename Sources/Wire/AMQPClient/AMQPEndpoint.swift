import Messaging

/// Where an AMQP server listens, and as whom to log in there.
package struct AMQPEndpoint: Hashable, Sendable {
    package var host: String
    package var port: Int
    package var user: String
    /// Never printed: ``description`` leaves it out.
    package var password: String
    package var virtualHost: String
    /// The longest interval of heartbeats to agree to; two silent ones end the connection.
    package var heartbeatSeconds = Limits.heartbeatSeconds
    /// How long the socket may take to connect.
    package var connectSeconds: Int64 = 10
    /// What tells its connections from those of others in the broker's list; nil when nobody asks.
    package var instance: String?

    package init(
        host: String = "127.0.0.1", port: Int = 5672, user: String = "guest",
        password: String = "guest", virtualHost: String = "/"
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.virtualHost = virtualHost
    }

    /// Host and port, as error messages name them.
    package var address: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}

extension AMQPEndpoint: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "\(self.user)@\(self.address) \(self.virtualHost)" }
    package var debugDescription: String { self.description }
}
