import Core
import Engine
import Messaging
import PlainJSON

/// Policies and operator policies, under the two paths that RabbitMQ has for them.
struct PoliciesController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        self.add(to: &routes, "policies", isOperator: false, forOneTakes: .policymaker)
        self.add(to: &routes, "operator-policies", isOperator: true, forOneTakes: .administrator)
    }

    private func add(
        to routes: inout Routes, _ path: String, isOperator: Bool, forOneTakes access: Access
    ) {
        routes.get(path) { request in
            let policies = await self.context.engine.policies(isOperator: isOperator)
            return try Self.list(policies.filter { request.account.mayEnter($0.host) }, request)
        }
        routes.get("\(path)/{vhost}") { request in
            try await self.context.require(request.host)
            let policies = await self.context.engine.policies(isOperator: isOperator)
            return try Self.list(policies.filter { $0.host == request.host }, request)
        }
        routes.get("\(path)/{vhost}/{policy}", access) { request in
            let policies = await self.context.engine.policies(isOperator: isOperator)
            guard let policy = policies.first(where: { $0.isNamed(by: request) }) else {
                throw APIFailure.notFound
            }
            return .object { $0.policy(policy, withHost: true) }
        }
        routes.put("\(path)/{vhost}/{policy}", access) { request in
            try await self.define(request, isOperator: isOperator)
        }
        routes.delete("\(path)/{vhost}/{policy}", access) { request in
            let isGone = await self.context.engine.removePolicy(
                request.parameter("policy"), in: request.host, isOperator: isOperator)
            guard isGone else { throw APIFailure.notFound }
            return .noContent
        }
    }

    private static func list(
        _ policies: [Definitions.HostPolicy], _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        for policy in policies {
            list.add(named: policy.policy.name) { $0.policy(policy, withHost: true) }
        }
        return try list.answer()
    }

    private func define(
        _ request: APIRequest, isOperator: Bool
    ) async throws(APIFailure) -> APIAnswer {
        let body = try request.object(with: "pattern", "definition")
        guard await self.context.engine.virtualHosts.contains(request.host) else {
            throw .hostNotFound
        }
        let policy = Definitions.HostPolicy(
            host: request.host, policy: try Policy(named: request.parameter("policy"), body),
            isOperator: isOperator)
        let policies = await self.context.engine.policies(isOperator: isOperator)
        var definitions = Definitions()
        definitions.policies = [policy]
        try await self.context.define(definitions)
        return policies.contains { $0.isNamed(by: request) } ? .noContent : .created
    }
}

extension Policy {
    /// - Throws: 400 in RabbitMQ's words for a field of a wrong kind.
    init(named name: String, _ body: JSON) throws(APIFailure) {
        guard let pattern = body["pattern"]?.text else {
            throw .invalid("pattern should be a string")
        }
        guard let definition = body["definition"]?.fieldTable else {
            throw .invalid("definition should be an object")
        }
        let target = body["apply-to"]?.text ?? Policy.Target.all.rawValue
        guard let target = Policy.Target(rawValue: target) else {
            throw .invalid(
                "apply-to '\(target)' unrecognised; should be 'queues', 'exchanges' or 'all'")
        }
        let priority = body["priority"] ?? .integer(0)
        guard let priority = priority.integer else {
            throw .invalid("priority should be a number")
        }
        self.init(
            name: name, pattern: pattern, target: target, priority: priority,
            definition: definition)
    }
}

extension APIFailure {
    static func invalid(_ reason: String) -> APIFailure {
        .badRequest("Validation failed\n\n\(reason)\n")
    }
}

extension Definitions.HostPolicy {
    fileprivate func isNamed(by request: APIRequest) -> Bool {
        self.host == request.host && self.policy.name == request.parameter("policy")
    }
}

extension Engine {
    /// Policies, or operator policies, of every virtual host.
    func policies(isOperator: Bool) -> [Definitions.HostPolicy] {
        self.snapshot { broker, _ in
            broker.policies.filter { $0.isOperator == isOperator }
        }
    }
}

extension JSONWriter {
    mutating func policy(_ policy: Definitions.HostPolicy, withHost: Bool) {
        if withHost { self.field("vhost", policy.host.text) }
        self.field("name", policy.policy.name)
        self.policyValue(policy.policy)
    }

    mutating func policyValue(_ policy: Policy) {
        self.field("pattern", policy.pattern)
        self.field("apply-to", policy.target.rawValue)
        self.field("definition", policy.definition)
        self.field("priority", policy.priority)
    }
}
