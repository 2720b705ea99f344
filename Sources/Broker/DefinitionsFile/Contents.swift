import Core
import Messaging
import PlainJSON

/// The file as it is written; see ``DefinitionsFile``.
struct Contents: Decodable {
    struct Host: Decodable {
        var name: String
        var description: String?
        var tags: HostTags?
        var default_queue_type: String?
        var metadata: Metadata?
    }

    struct Rule: Decodable {
        var pattern: String
        var target: Policy.Target?
        var priority: Int64?
        var definition: Arguments

        private enum CodingKeys: String, CodingKey {
            case pattern, priority, definition
            case target = "apply-to"
        }
    }

    struct NamedRule: Decodable {
        var vhost: String
        var name: String
        var rule: Rule

        private enum CodingKeys: CodingKey { case vhost, name }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.vhost = try container.decode(String.self, forKey: .vhost)
            self.name = try container.decode(String.self, forKey: .name)
            self.rule = try Rule(from: decoder)
        }
    }

    struct Parameter: Decodable {
        static let operatorPolicy = "operator_policy"

        var component: String
        var vhost: String?
        var name: String
        /// Only of operator policies: other components have values of their own kinds.
        var rule: Rule?
        /// Only of the limits of virtual hosts.
        var limits: JSON?

        private enum CodingKeys: CodingKey { case component, vhost, name, value }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.component = try container.decode(String.self, forKey: .component)
            self.vhost = try container.decodeIfPresent(String.self, forKey: .vhost)
            self.name = try container.decode(String.self, forKey: .name)
            if self.component == Self.operatorPolicy {
                self.rule = try container.decode(Rule.self, forKey: .value)
            } else if self.component == RuntimeParameter.Component.hostLimits.rawValue {
                self.limits = try container.decode(JSON.self, forKey: .value)
            }
        }
    }

    struct Exchange: Decodable {
        var name: String
        var vhost: String
        var type: String
        var durable: Bool
        var auto_delete: Bool
        var `internal`: Bool?
        var arguments: Arguments?
    }

    struct Queue: Decodable {
        var name: String
        var vhost: String
        var durable: Bool
        var auto_delete: Bool
        var arguments: Arguments?
    }

    struct Binding: Decodable {
        var source: String
        var vhost: String
        var destination: String
        var destination_type: String
        var routing_key: String
        var arguments: Arguments?
    }

    var vhosts: [Host]?
    var policies: [NamedRule]?
    var parameters: [Parameter]?
    var global_parameters: [GlobalParameter]?
    var exchanges: [Exchange]?
    var queues: [Queue]?
    var bindings: [Binding]?
    var users: [Account]?
    var permissions: [Grant]?
    var topic_permissions: [TopicGrant]?
}

extension Contents {
    /// The same in the broker's words.
    var definitions: Definitions {
        var definitions = Definitions()
        definitions.virtualHosts = (self.vhosts ?? []).map { VirtualHostName($0.name) }
        definitions.policies =
            (self.policies ?? []).map { item in
                .init(
                    host: VirtualHostName(item.vhost), policy: item.rule.policy(named: item.name),
                    isOperator: false)
            }
            + (self.parameters ?? []).compactMap { item in
                item.rule.map {
                    .init(
                        host: VirtualHostName(item.vhost ?? "/"),
                        policy: $0.policy(named: item.name), isOperator: true)
                }
            }
        definitions.exchanges = (self.exchanges ?? []).map { $0.declaration }
        definitions.queues = (self.queues ?? []).map { $0.declaration }
        definitions.bindings = (self.bindings ?? []).map { $0.request }
        definitions.users = (self.users ?? []).map(\.user)
        definitions.permissions = (self.permissions ?? []).map(\.permission)
        definitions.topicPermissions = (self.topic_permissions ?? []).map(\.permission)
        definitions.parameters = self.runtimeParameters
        return definitions
    }
}

extension Contents.Rule {
    fileprivate func policy(named name: String) -> Policy {
        Policy(
            name: name, pattern: self.pattern,
            target: self.target ?? .all,
            priority: self.priority ?? 0, definition: self.definition.table)
    }
}

extension Contents.Exchange {
    fileprivate var declaration: Definitions.HostExchange {
        .init(
            host: VirtualHostName(self.vhost),
            exchange: ExchangeDeclaration(
                name: ExchangeName(self.name), type: self.type, isDurable: self.durable,
                isAutoDelete: self.auto_delete, isInternal: self.internal ?? false,
                arguments: self.arguments?.table ?? FieldTable()))
    }
}

extension Contents.Queue {
    fileprivate var declaration: Definitions.HostQueue {
        .init(
            host: VirtualHostName(self.vhost),
            queue: QueueDeclaration(
                name: QueueName(self.name), isDurable: self.durable,
                isAutoDelete: self.auto_delete, arguments: self.arguments?.table ?? FieldTable()))
    }
}

extension Contents.Binding {
    fileprivate var request: Definitions.HostBinding {
        .init(
            host: VirtualHostName(self.vhost),
            binding: BindingRequest(
                self.destination_type == "exchange"
                    ? .exchange(ExchangeName(self.destination))
                    : .queue(QueueName(self.destination)),
                to: ExchangeName(self.source), routingKey: self.routing_key,
                arguments: self.arguments?.table ?? FieldTable()))
    }
}
