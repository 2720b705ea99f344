import Messaging

/// What an operator wants a broker to have, beside what clients declare: virtual hosts, policies,
/// users with their permissions, and durable exchanges, queues and bindings.
package struct Definitions: Equatable, Sendable {
    /// A policy and where it holds.
    package struct HostPolicy: Hashable, Sendable {
        package var host: VirtualHostName
        package var policy: Policy
        /// Whether it limits what the others may set.
        package var isOperator: Bool

        package init(host: VirtualHostName, policy: Policy, isOperator: Bool) {
            self.host = host
            self.policy = policy
            self.isOperator = isOperator
        }
    }

    /// An exchange and where it is declared.
    package struct HostExchange: Equatable, Sendable {
        package var host: VirtualHostName
        package var exchange: ExchangeDeclaration

        package init(host: VirtualHostName, exchange: ExchangeDeclaration) {
            self.host = host
            self.exchange = exchange
        }
    }

    /// A queue and where it is declared.
    package struct HostQueue: Equatable, Sendable {
        package var host: VirtualHostName
        package var queue: QueueDeclaration

        package init(host: VirtualHostName, queue: QueueDeclaration) {
            self.host = host
            self.queue = queue
        }
    }

    /// A binding and where both its ends are.
    package struct HostBinding: Equatable, Sendable {
        package var host: VirtualHostName
        package var binding: BindingRequest

        package init(host: VirtualHostName, binding: BindingRequest) {
            self.host = host
            self.binding = binding
        }
    }

    package var virtualHosts: [VirtualHostName] = []
    package var policies: [HostPolicy] = []
    package var exchanges: [HostExchange] = []
    package var queues: [HostQueue] = []
    package var bindings: [HostBinding] = []
    package var users: [User] = []
    package var permissions: [Permission] = []
    package var topicPermissions: [TopicPermission] = []
    package var parameters: [RuntimeParameter] = []

    package init() {}
}
