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
            await self.export(nil, request)
        }
        routes.get("definitions/{vhost}", .administrator) { request in
            try await self.context.require(request.host)
            return await self.export(request.host, request)
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

    private func export(_ host: VirtualHostName?, _ request: APIRequest) async -> APIAnswer {
        let export = DefinitionsExport(
            of: self.context.engine, host, version: self.context.identity.version)
        var answer = APIAnswer(.ok, body: await export.bytes)
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
