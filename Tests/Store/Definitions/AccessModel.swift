import Core
import Messaging

/// The users that the store has to hold and what they may do, kept in the plainest way.
struct AccessModel: Equatable {
    /// nil until there was one.
    private(set) var users: [User]?
    private(set) var permissions: [Permission] = []
    private(set) var topics: [TopicPermission] = []
    private(set) var parameters: [RuntimeParameter] = []

    mutating func apply(_ change: DefinitionChange) {
        switch change {
        case .userPut(let user):
            self.users = Self.put(user, into: self.users ?? []) { $0.name == user.name }
        case .userDeleted(let name):
            self.users?.removeAll { $0.name == name }
            self.permissions.removeAll { $0.user == name }
            self.topics.removeAll { $0.user == name }
            self.parameters.removeAll { $0.key == .limits(of: name) }
        case .permissionSet(let permission):
            self.permissions = Self.put(permission, into: self.permissions) {
                $0.user == permission.user && $0.host == permission.host
            }
        case .permissionCleared(let user, let host):
            self.permissions.removeAll { $0.user == user && $0.host == host }
        case .topicPermissionSet(let topic):
            self.topics = Self.put(topic, into: self.topics) {
                $0.user == topic.user && $0.host == topic.host && $0.exchange == topic.exchange
            }
        case .topicPermissionsCleared(let user, let host, let exchange):
            self.topics.removeAll {
                $0.user == user && $0.host == host
                    && (exchange == nil || $0.exchange == exchange)
            }
        case .parameterSet(let parameter):
            self.parameters = Self.put(parameter, into: self.parameters) {
                $0.key == parameter.key
            }
        case .parameterCleared(let key): self.parameters.removeAll { $0.key == key }
        case .hostAdded, .hostRemoved, .exchangeDeclared, .exchangeDeleted, .queueDeclared,
            .queueDeleted, .bound, .unbound, .policiesReplaced:
            preconditionFailure("nothing about users")
        }
    }

    mutating func remove(_ host: VirtualHostName) {
        self.permissions.removeAll { $0.host == host }
        self.topics.removeAll { $0.host == host }
        self.parameters.removeAll { $0.key.host == host }
    }

    private static func put<Element>(
        _ element: Element, into list: [Element], _ isSame: (Element) -> Bool
    ) -> [Element] {
        guard let index = list.firstIndex(where: isSame) else { return list + [element] }
        var list = list
        list[index] = element
        return list
    }
}
