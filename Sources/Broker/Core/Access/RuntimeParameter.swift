import Messaging

/// A value that an administrator set by name, as RabbitMQ's runtime parameters are.
///
/// What a component's values mean, and which are taken, stands in ``Broker/problem(with:)``.
package struct RuntimeParameter: Hashable, Sendable {
    /// What the value is for.
    package enum Component: String, Hashable, Sendable, CaseIterable {
        /// How many connections and queues a virtual host may have; its name is `limits`.
        case hostLimits = "vhost-limits"
        /// How many connections and channels the user of that name may have.
        case userLimits = "user-limits"
        /// What a virtual host says of itself; its name is `metadata`.
        case hostMetadata = "vhost-metadata"
        /// Anything, in no virtual host.
        case global
    }

    /// Which value it is.
    package struct Key: Hashable, Sendable {
        package var component: Component
        /// Without a name where the component has none.
        package var host: VirtualHostName
        package var name: String

        package init(_ component: Component, in host: VirtualHostName = "", named name: String) {
            self.component = component
            self.host = host
            self.name = name
        }

        package static func == (left: Self, right: Self) -> Bool {
            left.component == right.component && left.host == right.host
                && left.name.hasSameOctets(as: right.name)
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(self.component)
            hasher.combine(self.host)
            self.name.hashOctets(into: &hasher)
        }
    }

    package var key: Key
    package var value: FieldValue

    package init(_ key: Key, _ value: FieldValue) {
        self.key = key
        self.value = value
    }
}

extension RuntimeParameter.Key {
    /// Those of a virtual host.
    package static func limits(of host: VirtualHostName) -> Self {
        .init(.hostLimits, in: host, named: "limits")
    }

    /// Those of a user.
    package static func limits(of user: UserName) -> Self { .init(.userLimits, named: user.text) }

    /// What a virtual host says of itself.
    package static func metadata(of host: VirtualHostName) -> Self {
        .init(.hostMetadata, in: host, named: "metadata")
    }

    /// A value that belongs to no virtual host.
    package static func global(_ name: String) -> Self { .init(.global, named: name) }
}

/// The names of limits, as they stand in parameters.
package enum LimitName: String, Hashable, Sendable, CaseIterable {
    case connections = "max-connections"
    case queues = "max-queues"
    case channels = "max-channels"

    /// Those that a virtual host may have.
    package static let ofHosts: [LimitName] = [.connections, .queues]
    /// Those that a user may have.
    package static let ofUsers: [LimitName] = [.connections, .channels]
}
