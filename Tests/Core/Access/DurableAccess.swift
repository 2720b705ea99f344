import Core
import Messaging

extension StoredDefinitions {
    /// Takes a change of users or of what they may do, as a store does.
    mutating func takeAccess(_ change: DefinitionChange) {
        switch change {
        case .userPut(let user):
            self.users = (self.users ?? []).filter { $0.name != user.name } + [user]
        case .userDeleted(let name):
            self.users?.removeAll { $0.name == name }
            self.permissions.removeAll { $0.user == name }
            self.topicPermissions.removeAll { $0.user == name }
            self.parameters.removeAll { $0.key == .limits(of: name) }
        case .permissionSet(let permission):
            self.permissions.removeAll {
                $0.user == permission.user && $0.host == permission.host
            }
            self.permissions.append(permission)
        case .permissionCleared(let user, let host):
            self.permissions.removeAll { $0.user == user && $0.host == host }
        case .topicPermissionSet(let permission):
            self.topicPermissions.removeAll {
                $0.user == permission.user && $0.host == permission.host
                    && $0.exchange == permission.exchange
            }
            self.topicPermissions.append(permission)
        case .topicPermissionsCleared(let user, let host, let exchange):
            self.topicPermissions.removeAll {
                $0.user == user && $0.host == host && (exchange == nil || $0.exchange == exchange)
            }
        case .parameterSet(let parameter):
            self.parameters.removeAll { $0.key == parameter.key }
            self.parameters.append(parameter)
        case .parameterCleared(let key): self.parameters.removeAll { $0.key == key }
        case .hostAdded, .hostRemoved, .exchangeDeclared, .exchangeDeleted, .queueDeclared,
            .queueDeleted, .bound, .unbound, .policiesReplaced:
            preconditionFailure("nothing about users")
        }
    }

    /// Takes everything of a virtual host out.
    mutating func remove(_ host: VirtualHostName) {
        self.hosts.removeAll { $0 == host }
        self.exchanges.removeAll { $0.host == host }
        self.queues.removeAll { $0.host == host }
        self.bindings.removeAll { $0.host == host }
        self.policies.removeAll { $0.host == host }
        self.permissions.removeAll { $0.host == host }
        self.topicPermissions.removeAll { $0.host == host }
        self.parameters.removeAll { $0.key.host == host }
    }
}
