import Core
import Messaging

/// What the store has to hold, kept in the plainest way.
struct DefinitionModel: Equatable {
    private(set) var hosts: [VirtualHostName] = []
    private(set) var exchanges: [StoredDefinitions.StoredExchange] = []
    /// Two of one name while the deletion of the first is to come.
    private(set) var queues: [StoredDefinitions.StoredQueue] = []
    private(set) var bindings: [DurableBinding] = []
    private(set) var policies: [Definitions.HostPolicy] = []
    private(set) var access = AccessModel()

    mutating func apply(_ changes: [DefinitionChange]) {
        for change in changes { self.apply(change) }
    }

    func applying(_ changes: [DefinitionChange]) -> Self {
        var copy = self
        copy.apply(changes)
        return copy
    }

    private mutating func apply(_ change: DefinitionChange) {
        switch change {
        case .hostAdded(let host):
            if !self.hosts.contains(host) { self.hosts.append(host) }
        case .exchangeDeclared(let exchange, let host):
            let stored = StoredDefinitions.StoredExchange(host: host, declaration: exchange)
            let index = self.exchanges.firstIndex {
                $0.host == host && $0.declaration.name == exchange.name
            }
            if let index { self.exchanges[index] = stored } else { self.exchanges.append(stored) }
        case .exchangeDeleted(let name, let host):
            self.exchanges.removeAll { $0.host == host && $0.declaration.name == name }
            self.bindings.removeAll {
                $0.host == host && ($0.source == name || $0.destination == .exchange(name))
            }
        case .queueDeclared(let id, let queue, let host):
            let stored = StoredDefinitions.StoredQueue(id: id, host: host, declaration: queue)
            let index = self.queues.firstIndex { $0.id == id }
            if let index { self.queues[index] = stored } else { self.queues.append(stored) }
        case .queueDeleted(let id):
            self.queues.removeAll { $0.id == id }
            self.bindings.removeAll { $0.destination == .queue(id) }
        case .bound(let binding):
            if !self.bindings.contains(binding) { self.bindings.append(binding) }
        case .unbound(let binding): self.bindings.removeAll { $0 == binding }
        case .policiesReplaced(let policies): self.policies = policies
        case .hostRemoved(let host): self.remove(host)
        case .userPut, .userDeleted, .permissionSet, .permissionCleared, .topicPermissionSet,
            .topicPermissionsCleared, .parameterSet, .parameterCleared:
            self.access.apply(change)
        }
    }

    private mutating func remove(_ host: VirtualHostName) {
        self.hosts.removeAll { $0 == host }
        self.exchanges.removeAll { $0.host == host }
        self.queues.removeAll { $0.host == host }
        self.bindings.removeAll { $0.host == host }
        self.policies.removeAll { $0.host == host }
        self.access.remove(host)
    }

    /// What a broker begins with.
    var stored: StoredDefinitions {
        var stored = StoredDefinitions()
        stored.hosts = self.hosts
        stored.exchanges = self.exchanges
        stored.queues = self.queues.filter { queue in
            let last = self.queues.last {
                $0.host == queue.host && $0.declaration.name == queue.declaration.name
            }
            return last == queue
        }
        let ids = Set(stored.queues.map(\.id))
        stored.bindings = self.bindings.filter { binding in
            switch binding.destination {
            case .queue(let id): ids.contains(id)
            case .exchange: true
            }
        }
        stored.policies = self.policies
        stored.users = self.access.users
        stored.permissions = self.access.permissions
        stored.topicPermissions = self.access.topics
        stored.parameters = self.access.parameters
        return stored
    }
}
