import Core
import Engine
import Messaging

/// Exchanges: listed, looked at, declared and deleted.
struct ExchangesController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("exchanges") { request in
            try await self.list(request.visible(await self.context.engine.virtualHosts), request)
        }
        routes.get("exchanges/{vhost}") { request in
            try await self.context.require(request.host)
            return try await self.list([request.host], request)
        }
        routes.get("exchanges/{vhost}/{exchange}") { request in
            let exchange = try await self.exchange(request)
            return .object { json in
                json.exchange(exchange)
                json.key("incoming")
                json.array { _ in }
                json.key("outgoing")
                json.array { _ in }
            }
        }
        routes.put("exchanges/{vhost}/{exchange}") { request in try await self.declare(request) }
        routes.delete("exchanges/{vhost}/{exchange}") { request in
            _ = try await self.exchange(request)
            let command = Command.deleteExchange(
                request.exchange, ifUnused: request.isSet("if-unused"), isNoWait: false)
            try await InProcessSession.run(
                on: self.context.engine, as: request.account.name, in: request.host
            ) { session throws(APIFailure) in
                _ = try await session.ask(command)
            }
            return .noContent
        }
        routes.get("exchanges/{vhost}/{exchange}/bindings/source") { request in
            guard
                let bindings = await self.context.engine.bindings(
                    from: request.exchange, in: request.host)
            else { throw APIFailure.notFound }
            return try BindingsController.list(bindings, request)
        }
        routes.get("exchanges/{vhost}/{exchange}/bindings/destination") { request in
            guard
                let bindings = await self.context.engine.bindings(
                    to: .exchange(request.exchange), in: request.host)
            else { throw APIFailure.notFound }
            return try BindingsController.list(bindings, request)
        }
    }

    private func list(
        _ hosts: [VirtualHostName], _ request: APIRequest
    ) async throws(APIFailure) -> APIAnswer {
        var list = try ItemList(request.query)
        for exchange in await self.context.engine.exchanges(in: hosts) {
            list.add(named: exchange.name.text) { $0.exchange(exchange) }
        }
        return try list.answer()
    }

    private func exchange(_ request: APIRequest) async throws(APIFailure) -> ExchangeFigures {
        guard
            let exchange = await self.context.engine.exchange(request.exchange, in: request.host)
        else { throw .notFound }
        return exchange
    }

    private func declare(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let body = try request.object()
        let declaration = ExchangeDeclaration(
            name: request.exchange, type: body["type"]?.text ?? "direct",
            isDurable: try body.flag("durable"), isAutoDelete: try body.flag("auto_delete"),
            isInternal: try body.flag("internal"), arguments: try body.arguments())
        let before = await self.context.engine.exchange(request.exchange, in: request.host)
        try await InProcessSession.run(
            on: self.context.engine, as: request.account.name, in: request.host
        ) { session throws(APIFailure) in
            _ = try await session.ask(.declareExchange(declaration))
        }
        return before == nil ? .created : .noContent
    }
}

extension Engine {
    func exchanges(in hosts: [VirtualHostName]) -> [ExchangeFigures] {
        self.snapshot { broker, _ in hosts.flatMap { broker.exchanges(in: $0) } }
    }

    fileprivate func exchange(
        _ name: ExchangeName, in host: VirtualHostName
    ) -> ExchangeFigures? {
        self.snapshot { broker, _ in broker.exchangeFigures(of: name, in: host) }
    }

    func bindings(in hosts: [VirtualHostName]) -> [BindingFigures] {
        self.snapshot { broker, _ in hosts.flatMap { broker.bindings(in: $0) } }
    }

    func bindings(
        to end: BindingRequest.Destination, in host: VirtualHostName
    ) -> [BindingFigures]? {
        self.snapshot { broker, _ in broker.bindings(to: end, in: host) }
    }

    func bindings(from exchange: ExchangeName, in host: VirtualHostName) -> [BindingFigures]? {
        self.snapshot { broker, _ in broker.bindings(from: exchange, in: host) }
    }
}

extension JSONWriter {
    fileprivate mutating func exchange(_ exchange: ExchangeFigures) {
        self.field("arguments", exchange.arguments)
        self.field("auto_delete", exchange.isAutoDelete)
        self.field("durable", exchange.isDurable)
        self.field("internal", exchange.isInternal)
        // By the name that RabbitMQ's plugin for delays gives it.
        if let delayed = exchange.delayed { self.field("messages_delayed", delayed) }
        self.field("name", exchange.name.text)
        self.field("type", exchange.type)
        self.field("vhost", exchange.host.text)
        if let policy = exchange.policy { self.field("policy", policy) }
    }
}
