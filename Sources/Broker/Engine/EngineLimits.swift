import Messaging

/// Limits of an engine that its operator may set.
package struct EngineLimits: Sendable {
    package var connectionsMax: Int
    package var queuesMax = Limits.queuesMax
    /// Bytes of memory that hold messages before publishers are blocked.
    package var messageMemoryBytesMax = Limits.messageMemoryBytesMax
    /// Bytes of memory that hold messages before those that are not needed soon leave it.
    package var residentMemoryBytesMax = Limits.residentMemoryBytesMax
    /// How long a delivery may stay unacked before its channel is closed; nil is without end.
    package var consumerTimeoutMilliseconds: Int64? = Limits.consumerTimeoutMilliseconds

    /// Users that may log in from this machine only, as RabbitMQ's `loopback_users`.
    package var loopbackUsers: Set<UserName> = [.guest]

    package init(connectionsMax: Int = Limits.connectionsMax) {
        self.connectionsMax = connectionsMax
    }
}
