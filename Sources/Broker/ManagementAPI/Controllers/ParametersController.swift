import Core
import Engine
import Messaging
import PlainJSON

/// Run-time parameters: operator policies and the limits of virtual hosts are those that this
/// broker has, as a RabbitMQ without further plugins.
struct ParametersController: Controller {
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
            guard let parameter = await self.parameter(request) else { throw APIFailure.notFound }
            return .object { $0.parameter(parameter, withHost: true) }
        }
        routes.put("parameters/{component}/{vhost}/{name}", .policymaker) { request in
            try await self.set(request)
        }
        routes.delete("parameters/{component}/{vhost}/{name}", .policymaker) { request in
            try await self.clear(request)
        }
    }

    // MARK: Looked at

    /// What of the path's component and virtual host, as far as it has them, the account may see.
    private func parameters(_ request: APIRequest) async -> [ListedParameter] {
        let policies = await self.context.engine.policies(isOperator: true)
        let limits = await self.context.engine.parameters.filter {
            $0.key.component == .hostLimits
        }
        let all = policies.map { ListedParameter.policy($0) } + limits.map { .limits($0) }
        return all.filter { parameter in
            let component = request.parameters["component"]
            guard component == nil || component == parameter.component else { return false }
            return request.parameters["vhost"].map { $0.hasSameOctets(as: parameter.host.text) }
                ?? request.account.mayEnter(parameter.host)
        }
    }

    private func parameter(_ request: APIRequest) async -> ListedParameter? {
        await self.parameters(request).first {
            $0.name.hasSameOctets(as: request.parameter("name"))
        }
    }

    private func list(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        for parameter in await self.parameters(request) {
            list.add(named: parameter.name) { $0.parameter(parameter, withHost: true) }
        }
        return try list.answer()
    }

    // MARK: Changed

    private func set(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        guard await self.context.engine.virtualHosts.contains(request.host) else {
            throw .hostNotFound
        }
        let value = (try request.object(with: "value"))["value"] ?? .null
        let isThere = await self.parameter(request) != nil
        switch request.parameter("component") {
        case "policy": throw .badRequest("policies may not be set using this method")
        case ListedParameter.operatorPolicy: try await self.setPolicy(value, request)
        case RuntimeParameter.Component.hostLimits.rawValue:
            try await self.setLimits(value, request)
        case let component: throw .invalid("component \(component) not found")
        }
        return isThere ? .noContent : .created
    }

    private func setPolicy(_ value: JSON, _ request: APIRequest) async throws(APIFailure) {
        let name = request.parameter("name")
        let missing = ["definition", "pattern", "priority"].filter { value[$0] == nil }
        guard missing.isEmpty else {
            throw .invalid(
                missing.map { "Key \"\($0)\" not found in \(name)" }.joined(separator: "\n"))
        }
        var definitions = Definitions()
        definitions.policies = [
            .init(
                host: request.host, policy: try Policy(named: name, value), isOperator: true)
        ]
        try await self.context.define(definitions)
    }

    private func setLimits(_ value: JSON, _ request: APIRequest) async throws(APIFailure) {
        let key = RuntimeParameter.Key(
            .hostLimits, in: request.host, named: request.parameter("name"))
        let limits = value.fieldTable.map { $0.isEmpty ? .array([]) : FieldValue.table($0) }
        let value = limits ?? value.fieldValue
        switch await self.context.engine.setParameter(RuntimeParameter(key, value)) {
        case nil: await self.context.engine.settled()
        // RabbitMQ has this text ready for a page of HTML.
        case .invalid(let reason)?: throw .invalid(reason.escapedForHTML)
        case .some(let problem): throw .badRequest("\(problem)")
        }
    }

    private func clear(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let name = request.parameter("name")
        let wasThere =
            switch request.parameter("component") {
            case ListedParameter.operatorPolicy:
                await self.context.engine.removePolicy(name, in: request.host, isOperator: true)
            case RuntimeParameter.Component.hostLimits.rawValue:
                await self.context.engine.clearParameter(
                    .init(.hostLimits, in: request.host, named: name))
            default: false
            }
        guard wasThere else { throw .notFound }
        await self.context.engine.settled()
        return .noContent
    }
}

/// A parameter of either kind.
enum ListedParameter {
    static let operatorPolicy = "operator_policy"

    case policy(Definitions.HostPolicy)
    case limits(RuntimeParameter)

    var component: String {
        switch self {
        case .policy: Self.operatorPolicy
        case .limits(let parameter): parameter.key.component.rawValue
        }
    }

    var host: VirtualHostName {
        switch self {
        case .policy(let policy): policy.host
        case .limits(let parameter): parameter.key.host
        }
    }

    var name: String {
        switch self {
        case .policy(let policy): policy.policy.name
        case .limits(let parameter): parameter.key.name
        }
    }
}

extension JSONWriter {
    mutating func parameter(_ parameter: ListedParameter, withHost: Bool) {
        self.key("value")
        switch parameter {
        case .policy(let policy): self.object { $0.policyValue(policy.policy) }
        case .limits(let limits): self.value(limits.value)
        }
        if withHost { self.field("vhost", parameter.host.text) }
        self.field("component", parameter.component)
        self.field("name", parameter.name)
    }
}

extension String {
    fileprivate var escapedForHTML: String {
        self.map { character -> String in
            switch character {
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            default: String(character)
            }
        }.joined()
    }
}
