import Messaging

/// One change of what outlives the process beside messages: everything here is durable.
package enum DefinitionChange: Hashable, Sendable {
    case hostAdded(VirtualHostName)
    case exchangeDeclared(ExchangeDeclaration, in: VirtualHostName)
    /// Its bindings in both directions go with it.
    case exchangeDeleted(ExchangeName, in: VirtualHostName)
    /// The id names this incarnation for good, in this process and those after it.
    case queueDeclared(QueueID, QueueDeclaration, in: VirtualHostName)
    /// Its bindings, its messages and what was noted of it go with it.
    case queueDeleted(QueueID)
    case bound(DurableBinding)
    case unbound(DurableBinding)
    /// These hold instead of all that held before, in every virtual host.
    case policiesReplaced([Definitions.HostPolicy])
    /// Everything in it goes with it.
    case hostRemoved(VirtualHostName)
    /// Made, or given another password or other tags.
    case userPut(User)
    /// The user's permissions and limits go too.
    case userDeleted(UserName)
    case permissionSet(Permission)
    case permissionCleared(UserName, in: VirtualHostName)
    case topicPermissionSet(TopicPermission)
    /// Those for one exchange; nil is for every.
    case topicPermissionsCleared(UserName, in: VirtualHostName, exchange: ExchangeName?)
    /// In place of the value before.
    case parameterSet(RuntimeParameter)
    case parameterCleared(RuntimeParameter.Key)
}

/// A binding whose both ends are durable.
package struct DurableBinding: Hashable, Sendable {
    /// What is bound.
    package enum Destination: Hashable, Sendable {
        case queue(QueueID)
        case exchange(ExchangeName)
    }

    package var host: VirtualHostName
    package var source: ExchangeName
    package var destination: Destination
    package var routingKey: String
    package var arguments: FieldTable

    package init(
        host: VirtualHostName, source: ExchangeName, destination: Destination,
        routingKey: String, arguments: FieldTable
    ) {
        self.host = host
        self.source = source
        self.destination = destination
        self.routingKey = routingKey
        self.arguments = arguments
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.host == right.host && left.source == right.source
            && left.destination == right.destination
            && left.routingKey.hasSameOctets(as: right.routingKey)
            && left.arguments == right.arguments
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.host)
        hasher.combine(self.source)
        hasher.combine(self.destination)
        self.routingKey.hashOctets(into: &hasher)
        hasher.combine(self.arguments)
    }
}

/// All that was defined and not taken back, as a broker begins with it.
package struct StoredDefinitions: Hashable, Sendable {
    /// A durable queue as it was declared, with the id that it keeps.
    package struct StoredQueue: Hashable, Sendable {
        package var id: QueueID
        package var host: VirtualHostName
        package var declaration: QueueDeclaration

        package init(id: QueueID, host: VirtualHostName, declaration: QueueDeclaration) {
            self.id = id
            self.host = host
            self.declaration = declaration
        }
    }

    /// A durable exchange as it was declared.
    package struct StoredExchange: Hashable, Sendable {
        package var host: VirtualHostName
        package var declaration: ExchangeDeclaration

        package init(host: VirtualHostName, declaration: ExchangeDeclaration) {
            self.host = host
            self.declaration = declaration
        }
    }

    package var hosts: [VirtualHostName] = []
    package var exchanges: [StoredExchange] = []
    /// In the order in which they were declared.
    package var queues: [StoredQueue] = []
    package var bindings: [DurableBinding] = []
    package var policies: [Definitions.HostPolicy] = []
    /// nil where there never was one: the broker begins with its own.
    package var users: [User]?
    package var permissions: [Permission] = []
    package var topicPermissions: [TopicPermission] = []
    package var parameters: [RuntimeParameter] = []

    package init() {}
}
