import Messaging

/// What a user may do with the queues and exchanges of a virtual host, each by a regular
/// expression that is searched for in their names; an empty one matches no name.
///
/// Whoever has none in a virtual host does not get into it.
package struct Permission: Hashable, Sendable {
    package var user: UserName
    package var host: VirtualHostName
    package var configure: String
    package var write: String
    package var read: String

    package init(
        _ user: UserName, in host: VirtualHostName, configure: String, write: String,
        read: String
    ) {
        self.user = user
        self.host = host
        self.configure = configure
        self.write = write
        self.read = read
    }

    /// Everything in that virtual host.
    package static func all(_ user: UserName, in host: VirtualHostName) -> Permission {
        Permission(user, in: host, configure: ".*", write: ".*", read: ".*")
    }
}

/// Which routing keys a user may publish and bind with, in one topic exchange.
///
/// `{username}` and `{vhost}` in a pattern stand for the user and the virtual host. A topic
/// exchange for which a user has none takes every key.
package struct TopicPermission: Hashable, Sendable {
    package var user: UserName
    package var host: VirtualHostName
    package var exchange: ExchangeName
    package var write: String
    package var read: String

    package init(
        _ user: UserName, in host: VirtualHostName, exchange: ExchangeName, write: String,
        read: String
    ) {
        self.user = user
        self.host = host
        self.exchange = exchange
        self.write = write
        self.read = read
    }
}

/// What kind of thing a user wants to do.
enum AccessKind: Hashable {
    case configure, write, read
}

/// What a user wants to do it with.
enum AccessTarget: Hashable {
    case queue(QueueName)
    case exchange(ExchangeName)
}
