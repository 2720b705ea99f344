import Core
import Engine
import Messaging

/// Run-time parameters: operator policies are the only ones that this broker has.
struct ParametersController: Controller {
    private static let operatorPolicy = "operator_policy"
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("parameters", .policymaker) { request in try await self.list(request) }
        routes.get("parameters/{component}", .policymaker) { request in
            try await self.list(request)
        }
        routes.get("parameters/{component}/{vhost}", .policymaker) { request in
            try await self.context.require(request.host)
            return try await self.list(request)
        }
        routes.get("parameters/{component}/{vhost}/{name}", .policymaker) { request in
            let policies = await self.policies(request)
            guard
                let policy = policies.first(where: {
                    $0.policy.name == request.parameter("name")
                })
            else { throw APIFailure.notFound }
            return .object { $0.parameter(policy, withHost: true) }
        }
        routes.put("parameters/{component}/{vhost}/{name}", .policymaker) { request in
            throw APIFailure.invalid("component \(request.parameter("component")) not found")
        }
        routes.get("global-parameters", .policymaker) { _ in .json { $0.array { _ in } } }
        routes.get("global-parameters/{name}", .policymaker) { _ in throw APIFailure.notFound }
        routes.get("vhost-limits") { _ in .json { $0.array { _ in } } }
        routes.get("vhost-limits/{vhost}") { request in
            try await self.context.require(request.host)
            return .json { $0.array { _ in } }
        }
        routes.get("user-limits") { _ in .json { $0.array { _ in } } }
    }

    private func policies(_ request: APIRequest) async -> [Definitions.HostPolicy] {
        let component = request.parameters["component"]
        guard component == nil || component == Self.operatorPolicy else { return [] }
        let policies = await self.context.engine.policies(isOperator: true)
        return policies.filter { policy in
            request.parameters["vhost"].map { $0 == policy.host.text }
                ?? request.account.maySee(policy.host)
        }
    }

    private func list(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        for policy in await self.policies(request) {
            list.add(named: policy.policy.name) { $0.parameter(policy, withHost: true) }
        }
        return try list.answer()
    }
}

extension JSONWriter {
    mutating func parameter(_ policy: Definitions.HostPolicy, withHost: Bool) {
        self.key("value")
        self.object { $0.policyValue(policy.policy) }
        if withHost { self.field("vhost", policy.host.text) }
        self.field("component", "operator_policy")
        self.field("name", policy.policy.name)
    }
}
