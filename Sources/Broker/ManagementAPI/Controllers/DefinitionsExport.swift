import Core
import Engine
import Messaging

/// The definitions as RabbitMQ exports them.
package struct DefinitionsExport: Sendable {
    private let engine: Engine
    private let host: VirtualHostName?
    private let version: String

    /// - Parameters:
    ///   - host: nil for all virtual hosts, and the users with what they may do.
    ///   - version: This program's.
    package init(of engine: Engine, _ host: VirtualHostName? = nil, version: String) {
        self.engine = engine
        self.host = host
        self.version = version
    }

    /// One JSON object.
    package var bytes: [UInt8] {
        get async {
            let seen = await self.engine.definitions(self.host)
            var json = JSONWriter()
            json.object { json in
                json.field("rabbit_version", BrokerFace.rabbitVersion)
                if self.host == nil {
                    json.field("rabbitmq_version", BrokerFace.rabbitVersion)
                    json.field("product_name", "queuetop")
                    json.field("product_version", self.version)
                    json.accounts(seen)
                }
                json.definitions(seen, withHost: self.host == nil)
            }
            return json.bytes
        }
    }
}

/// What is defined, in one virtual host or in all.
private struct DefinitionsSight: Sendable {
    var hosts: [VirtualHostName]
    var policies: [Definitions.HostPolicy]
    var exchanges: [ExchangeFigures]
    var queues: [QueueListing]
    var bindings: [BindingFigures]
    var users: [User]
    var permissions: [Permission]
    var topics: [TopicPermission]
    var parameters: [RuntimeParameter]
}

extension Engine {
    /// - Parameter name: nil for all virtual hosts.
    fileprivate func definitions(_ name: VirtualHostName?) -> DefinitionsSight {
        self.snapshot { broker, now in
            let hosts = broker.virtualHosts.filter { name == nil || $0 == name }
            let places = broker.queuePlaces(in: hosts)
            let queues = broker.listings(of: places.map(\.id), now: now)
            return DefinitionsSight(
                hosts: hosts, policies: broker.policies.filter { hosts.contains($0.host) },
                exchanges: hosts.flatMap { broker.exchanges(in: $0) },
                // What goes with its connection is not for another broker.
                queues: queues.filter { !$0.figures.traits.contains(.exclusive) },
                bindings: hosts.flatMap { broker.bindings(in: $0) }, users: broker.users,
                permissions: broker.permissions, topics: broker.topicPermissions,
                parameters: broker.parameters)
        }
    }
}

extension JSONWriter {
    /// What belongs to no virtual host, and the virtual hosts themselves.
    fileprivate mutating func accounts(_ seen: DefinitionsSight) {
        self.key("users")
        let limits = seen.parameters.userLimits
        self.array { json in
            for user in seen.users { json.object { $0.user(user, limits[user.name]) } }
        }
        self.key("permissions")
        self.array { json in
            for permission in seen.permissions { json.object { $0.permission(permission) } }
        }
        self.key("topic_permissions")
        self.array { json in
            for permission in seen.topics { json.object { $0.permission(permission) } }
        }
        self.key("vhosts")
        self.array { json in
            for host in seen.hosts { json.object { $0.hostDefinition(host, seen) } }
        }
    }

    fileprivate mutating func definitions(_ seen: DefinitionsSight, withHost: Bool) {
        self.key("policies")
        self.array { json in
            for policy in seen.policies where !policy.isOperator {
                json.object { $0.policy(policy, withHost: withHost) }
            }
        }
        self.key("parameters")
        self.array { json in
            for policy in seen.policies where policy.isOperator {
                json.object { $0.parameter(.policy(policy), withHost: withHost) }
            }
            for parameter in seen.parameters
            where parameter.key.component == .hostLimits && seen.hosts.contains(parameter.key.host)
            {
                json.object { $0.parameter(.limits(parameter), withHost: withHost) }
            }
        }
        if withHost {
            self.key("global_parameters")
            self.array { json in
                for parameter in seen.parameters where parameter.key.component == .global {
                    json.object { $0.globalParameter(parameter) }
                }
            }
        }
        self.queueDefinitions(seen, withHost: withHost)
        self.key("exchanges")
        self.array { json in
            for exchange in seen.exchanges where exchange.isOfClients {
                json.object { $0.definition(exchange, withHost: withHost) }
            }
        }
        self.key("bindings")
        let queues = Set(seen.queues.map { QueueKey(host: $0.host, name: $0.name) })
        self.array { json in
            for binding in seen.bindings where binding.source != .default {
                if case .queue(let name) = binding.destination,
                    !queues.contains(QueueKey(host: binding.host, name: name))
                {
                    continue
                }
                json.object { $0.bindingEnds(binding, withHost: withHost) }
            }
        }
    }

    /// As RabbitMQ 3.11 and later write it; 3.10 understands it, too.
    private mutating func hostDefinition(_ host: VirtualHostName, _ seen: DefinitionsSight) {
        self.field("name", host.text)
        let value = seen.parameters.first { $0.key == .metadata(of: host) }?.value
        guard let metadata = value.map({ HostMetadata($0) }), metadata != HostMetadata() else {
            return
        }
        self.metadata(metadata, whereNone: nil)
        self.key("metadata")
        self.object { $0.metadata(metadata, whereNone: nil) }
    }

    private mutating func queueDefinitions(_ seen: DefinitionsSight, withHost: Bool) {
        self.key("queues")
        self.array { json in
            for queue in seen.queues {
                json.object { json in
                    json.field("name", queue.name.text)
                    if withHost { json.field("vhost", queue.host.text) }
                    json.field("durable", queue.figures.traits.contains(.durable))
                    json.field("auto_delete", queue.figures.traits.contains(.autoDelete))
                    json.field("arguments", queue.arguments)
                }
            }
        }
    }

    private mutating func definition(_ exchange: ExchangeFigures, withHost: Bool) {
        self.field("name", exchange.name.text)
        if withHost { self.field("vhost", exchange.host.text) }
        self.field("type", exchange.type)
        self.field("durable", exchange.isDurable)
        self.field("auto_delete", exchange.isAutoDelete)
        self.field("internal", exchange.isInternal)
        self.field("arguments", exchange.arguments)
    }
}

/// A queue by where it is and what it is called.
private struct QueueKey: Hashable {
    var host: VirtualHostName
    var name: QueueName
}

extension ExchangeFigures {
    /// Whether somebody declared it, rather than that every virtual host has it.
    fileprivate var isOfClients: Bool {
        self.name != .default && !self.name.text.hasPrefix("amq.")
    }
}
