import Core
import DefinitionsFile
import Engine
import Messaging
import PlainJSON

/// Definitions as RabbitMQ exports and imports them, of all virtual hosts or of one.
struct DefinitionsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("definitions", .administrator) { request in
            let seen = await self.context.engine.definitions(nil)
            return self.export(seen, of: nil, request)
        }
        routes.get("definitions/{vhost}", .administrator) { request in
            try await self.context.require(request.host)
            let seen = await self.context.engine.definitions(request.host)
            return self.export(seen, of: request.host, request)
        }
        routes.post("definitions", .administrator) { request in
            try await self.take(request.body)
        }
        routes.post("definitions/{vhost}", .administrator) { request in
            try await self.context.require(request.host)
            guard let json = JSON(request: request.body), json.members != nil else {
                throw APIFailure.badRequest("failed_to_parse_json")
            }
            return try await self.take(json.placed(in: request.host).bytes)
        }
    }

    private func take(_ body: [UInt8]) async throws(APIFailure) -> APIAnswer {
        guard JSON(request: body)?.members != nil else {
            throw .badRequest("failed_to_parse_json")
        }
        let definitions: Definitions
        do throws(DefinitionsError) {
            definitions = try DefinitionsFile.definitions(in: body)
        } catch {
            throw .badRequest("\(error)")
        }
        try await self.context.define(definitions)
        return .noContent
    }

    private func export(
        _ seen: DefinitionsSight, of host: VirtualHostName?, _ request: APIRequest
    ) -> APIAnswer {
        var answer = APIAnswer.object { json in
            json.field("rabbit_version", BrokerFace.rabbitVersion)
            if host == nil {
                json.field("rabbitmq_version", BrokerFace.rabbitVersion)
                json.field("product_name", "queuetop")
                json.field("product_version", self.context.identity.version)
                json.key("users")
                let limits = seen.parameters.userLimits
                json.array { json in
                    for user in seen.users { json.object { $0.user(user, limits[user.name]) } }
                }
                json.key("permissions")
                json.array { json in
                    for permission in seen.permissions { json.object { $0.permission(permission) } }
                }
                json.key("topic_permissions")
                json.array { json in
                    for permission in seen.topics { json.object { $0.permission(permission) } }
                }
                json.key("vhosts")
                json.array { json in
                    for host in seen.hosts { json.object { $0.hostDefinition(host, seen) } }
                }
            }
            json.definitions(seen, withHost: host == nil)
        }
        if let name = request.query["download"] {
            let safe = name.filter {
                $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
            }
            answer.headers["content-disposition"] = "attachment; filename=\(safe)"
        }
        return answer
    }
}

extension JSON {
    /// Definitions of one virtual host as those of all of them: each says where it belongs.
    fileprivate func placed(in host: VirtualHostName) -> JSON {
        guard case .object(let parts) = self else { return self }
        return .object(
            parts.filter { $0.name != "vhosts" }.map { part in
                guard case .array(let items) = part.value else { return part }
                let placed = items.map { item -> JSON in
                    guard case .object(let fields) = item else { return item }
                    return .object(
                        fields.filter { $0.name != "vhost" } + [
                            .init("vhost", .text(host.text))
                        ])
                }
                return .init(part.name, .array(placed))
            })
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
    fileprivate mutating func hostDefinition(_ host: VirtualHostName, _ seen: DefinitionsSight) {
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
