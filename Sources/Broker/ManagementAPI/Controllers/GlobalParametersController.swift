import Core
import Engine
import Messaging
import PlainJSON

/// Values that belong to no virtual host, the broker's own name among them.
struct GlobalParametersController: Controller {
    private static let clusterName = "cluster_name"
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("global-parameters", .policymaker) { request in
            var list = try ItemList(request.query)
            for parameter in await self.context.engine.parameters
            where parameter.key.component == .global {
                list.add(named: parameter.key.name) { $0.globalParameter(parameter) }
            }
            return try list.answer()
        }
        routes.get("global-parameters/{name}", .policymaker) { request in
            let key = RuntimeParameter.Key.global(request.parameter("name"))
            guard let value = await self.context.engine.parameter(key) else {
                throw APIFailure.notFound
            }
            return .object { $0.globalParameter(RuntimeParameter(key, value)) }
        }
        routes.put("global-parameters/{name}", .policymaker) { request in
            let value = (try request.object(with: "value"))["value"] ?? .null
            let key = RuntimeParameter.Key.global(request.parameter("name"))
            let isThere = await self.context.engine.parameter(key) != nil
            try await self.set(key, value.fieldValue)
            return isThere ? .noContent : .created
        }
        routes.delete("global-parameters/{name}", .policymaker) { request in
            let key = RuntimeParameter.Key.global(request.parameter("name"))
            guard await self.context.engine.clearParameter(key) else { throw APIFailure.notFound }
            await self.context.engine.settled()
            return .noContent
        }
        routes.get("cluster-name") { _ in
            let name = await self.context.clusterName
            return .object { $0.field("name", name) }
        }
        routes.put("cluster-name", .administrator) { request in
            let name = (try request.object(with: "name"))["name"]
            guard let name = name?.text else {
                throw APIFailure.badRequest("the name should be a string")
            }
            try await self.set(.global(Self.clusterName), .string(name))
            return .noContent
        }
    }

    private func set(
        _ key: RuntimeParameter.Key, _ value: FieldValue
    ) async throws(APIFailure) {
        if let problem = await self.context.engine.setParameter(RuntimeParameter(key, value)) {
            throw .badRequest("\(problem)")
        }
        await self.context.engine.settled()
    }
}

extension ManagementContext {
    /// What an administrator called the broker, or else the node's name.
    var clusterName: String {
        get async {
            await self.engine.parameter(.global("cluster_name"))?.text ?? self.identity.node
        }
    }
}

extension JSONWriter {
    mutating func globalParameter(_ parameter: RuntimeParameter) {
        self.field("name", parameter.key.name)
        self.key("value")
        self.value(parameter.value)
    }
}
