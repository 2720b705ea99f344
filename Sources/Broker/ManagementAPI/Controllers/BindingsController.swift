import Core
import Engine
import Messaging

/// Bindings, in all the forms that RabbitMQ's API lists and names them.
struct BindingsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("bindings") { request in
            let hosts = request.visible(await self.context.engine.virtualHosts)
            return try Self.list(await self.context.engine.bindings(in: hosts), request)
        }
        routes.get("bindings/{vhost}") { request in
            try await self.context.require(request.host)
            return try Self.list(
                await self.context.engine.bindings(in: [request.host]), request)
        }
        for kind in ["q", "e"] {
            let path = "bindings/{vhost}/e/{exchange}/\(kind)/{destination}"
            routes.get(path) { request in
                try Self.list(await self.bindings(kind, request), request)
            }
            routes.post(path) { request in try await self.bind(kind, request) }
            routes.get(path + "/{props}") { request in
                let binding = try await self.binding(kind, request)
                return .object { $0.binding(binding) }
            }
            routes.delete(path + "/{props}") { request in try await self.unbind(kind, request) }
        }
    }

    static func list(
        _ bindings: [BindingFigures], _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        for binding in bindings {
            list.add(named: binding.routingKey) { $0.binding(binding) }
        }
        return try list.answer()
    }

    private func destination(
        _ kind: String, _ request: APIRequest
    ) -> BindingRequest.Destination {
        let name = request.parameter("destination")
        return kind == "q" ? .queue(QueueName(name)) : .exchange(ExchangeName(pathPart: name))
    }

    /// Those between the two ends; none when one of them does not exist.
    private func bindings(_ kind: String, _ request: APIRequest) async -> [BindingFigures] {
        let end = self.destination(kind, request)
        let bindings = await self.context.engine.bindings(to: end, in: request.host) ?? []
        return bindings.filter { $0.source == request.exchange }
    }

    private func binding(
        _ kind: String, _ request: APIRequest
    ) async throws(APIFailure) -> BindingFigures {
        let key = request.parameter("props")
        let bindings = await self.bindings(kind, request)
        // The path was decoded once, as the key itself is encoded.
        guard
            let binding = bindings.first(where: {
                $0.propertiesKey == key || $0.propertiesKey.percentDecoded == key
            })
        else { throw .notFound }
        return binding
    }

    private func bind(_ kind: String, _ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let body = try request.object()
        let binding = BindingRequest(
            self.destination(kind, request), to: request.exchange,
            routingKey: body["routing_key"]?.text ?? "", arguments: try body.arguments())
        guard binding.routingKey.utf8.count <= Limits.nameBytesMax else {
            throw .badRequest("routing_key has more than \(Limits.nameBytesMax) bytes")
        }
        try await self.ask(.bind(binding), request)
        let key = BindingFigures(
            host: request.host, source: request.exchange, destination: binding.destination,
            routingKey: binding.routingKey, arguments: binding.arguments
        ).propertiesKey
        let end = request.parameter("destination").percentEncoded
        return APIAnswer(.created, headers: ["location": "\(end)/\(key)"])
    }

    private func unbind(
        _ kind: String, _ request: APIRequest
    ) async throws(APIFailure) -> APIAnswer {
        let binding = try await self.binding(kind, request)
        let command = BindingRequest(
            binding.destination, to: binding.source, routingKey: binding.routingKey,
            arguments: binding.arguments)
        try await self.ask(.unbind(command), request)
        return .noContent
    }

    private func ask(_ command: Command, _ request: APIRequest) async throws(APIFailure) {
        try await InProcessSession.run(
            on: self.context.engine, as: request.account.name, in: request.host
        ) { session throws(APIFailure) in
            _ = try await session.ask(command)
        }
    }
}

extension BindingFigures {
    /// What names a binding between two ends in a path: its key, encoded, and a number that stands
    /// for its arguments; RabbitMQ's clients hand it back as they got it.
    var propertiesKey: String {
        let key = self.routingKey.percentEncoded
        guard !self.arguments.isEmpty else { return key.isEmpty ? "~" : key }
        return "\(key)~\(Self.number(of: self.arguments))"
    }

    /// FNV-1a over the arguments as they stand on the wire.
    private static func number(of arguments: FieldTable) -> String {
        var writer = ByteWriter()
        arguments.encodeFields(into: &writer)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in writer.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}

extension JSONWriter {
    fileprivate mutating func binding(_ binding: BindingFigures) {
        self.bindingEnds(binding, withHost: true)
        self.field("properties_key", binding.propertiesKey)
    }

    /// What makes a binding, as definitions write it too.
    mutating func bindingEnds(_ binding: BindingFigures, withHost: Bool) {
        self.field("source", binding.source.text)
        if withHost { self.field("vhost", binding.host.text) }
        switch binding.destination {
        case .queue(let name):
            self.field("destination", name.text)
            self.field("destination_type", "queue")
        case .exchange(let name):
            self.field("destination", name.text)
            self.field("destination_type", "exchange")
        }
        self.field("routing_key", binding.routingKey)
        self.field("arguments", binding.arguments)
    }
}
