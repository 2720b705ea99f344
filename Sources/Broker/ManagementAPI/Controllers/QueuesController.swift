import Core
import Engine
import Messaging
import PlainJSON

/// Queues: listed, looked at, declared, purged and deleted.
struct QueuesController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queues") { request in
            try await self.list(request.visible(await self.context.engine.virtualHosts), request)
        }
        routes.get("queues/{vhost}") { request in
            try await self.context.require(request.host)
            return try await self.list([request.host], request)
        }
        routes.get("queues/{vhost}/{queue}") { request in try await self.queue(request) }
        routes.put("queues/{vhost}/{queue}") { request in try await self.declare(request) }
        routes.delete("queues/{vhost}/{queue}") { request in try await self.delete(request) }
        routes.get("queues/{vhost}/{queue}/bindings") { request in
            guard
                let bindings = await self.context.engine.bindings(
                    to: .queue(request.queue), in: request.host)
            else { throw APIFailure.notFound }
            return try BindingsController.list(bindings, request)
        }
        routes.delete("queues/{vhost}/{queue}/contents") { request in
            try await self.require(request)
            try await InProcessSession.run(
                on: self.context.engine, as: request.account.name, in: request.host
            ) { session throws(APIFailure) in
                _ = try await session.ask(.purgeQueue(request.queue, isNoWait: false))
            }
            return .noContent
        }
        routes.post("queues/{vhost}/{queue}/actions", .administrator) { request in
            let action = try request.object(with: "action")["action"]
            try await self.require(request)
            // One node alone is in step with itself.
            guard action == .text("sync") || action == .text("cancel_sync") else {
                throw APIFailure(
                    .badRequest, "bad_request", .array([.text("unknown"), action ?? .null]))
            }
            return .noContent
        }
    }

    // MARK: Lists

    private func list(
        _ hosts: [VirtualHostName], _ request: APIRequest
    ) async throws(APIFailure) -> APIAnswer {
        let query = try ListQuery(request.query)
        let places = await self.context.engine.queuePlaces(in: hosts).inOrder
        // Whoever asks for rates has them taken on.
        let rates = request.isSet("disable_stats") ? Rates() : self.context.rates.current
        guard query.page != nil, query.isByName else {
            let listings = await self.context.engine.listings(of: places.map(\.id))
            let order = request.isSet("disable_stats") ? nil : QueueOrder(query.sort)
            return try query.answer(
                listings, named: \.name.text,
                by: order.map { order in { order.key(of: $0, rates) } }
            ) { listing, json in
                self.write(listing, rates, request, into: &json)
            }
        }
        // A page in the order of names: the others' figures need not be worked out.
        var filtered = places.filter { query.takes($0.name.text) }
        if query.isReversed { filtered.reverse() }
        let range = try query.range(ofPageIn: filtered.count)
        let listings = await self.context.engine.listings(of: filtered[range].map(\.id))
        return query.frame(
            total: places.count, filtered: filtered.count, count: listings.count
        ) { json in
            for listing in listings {
                json.object(only: query.columns) {
                    self.write(listing, rates, request, into: &$0)
                }
            }
        }
    }

    private func write(
        _ listing: QueueListing, _ rates: Rates, _ request: APIRequest, into json: inout JSONWriter
    ) {
        guard request.isSet("disable_stats") else {
            return json.queue(listing, rates.queue(listing.id), self.context.identity)
        }
        json.queueBasics(listing, self.context.identity)
        if request.isSet("enable_queue_totals") { json.queueTotals(listing, self.context.identity) }
    }

    private func queue(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let (host, name) = (request.host, request.queue)
        guard let seen = await self.context.engine.queue(name, in: host) else { throw .notFound }
        return .object { json in
            self.write(seen.listing, self.context.rates.current, request, into: &json)
            json.key("consumer_details")
            json.array { json in
                for consumer in seen.consumers {
                    json.object { $0.consumer(consumer, self.context.identity) }
                }
            }
            json.key("deliveries")
            json.array { _ in }
            json.key("incoming")
            json.array { _ in }
        }
    }

    // MARK: Changes

    private func require(_ request: APIRequest) async throws(APIFailure) {
        let (host, name) = (request.host, request.queue)
        guard await self.context.engine.hasQueue(name, in: host) else { throw .notFound }
    }

    private func declare(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let body = try request.object()
        let declaration = QueueDeclaration(
            name: request.queue, isDurable: try body.flag("durable"),
            isAutoDelete: try body.flag("auto_delete"), arguments: try body.arguments())
        let isThere = await self.context.engine.hasQueue(request.queue, in: request.host)
        try await InProcessSession.run(
            on: self.context.engine, as: request.account.name, in: request.host
        ) { session throws(APIFailure) in
            _ = try await session.ask(.declareQueue(declaration))
        }
        return isThere ? .noContent : .created
    }

    private func delete(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        try await self.require(request)
        let command = Command.deleteQueue(
            request.queue, ifUnused: request.isSet("if-unused"),
            ifEmpty: request.isSet("if-empty"), isNoWait: false)
        try await InProcessSession.run(
            on: self.context.engine, as: request.account.name, in: request.host
        ) { session throws(APIFailure) in
            _ = try await session.ask(command)
        }
        return .noContent
    }
}

/// One queue and who consumes it.
private struct QueueSight: Sendable {
    var listing: QueueListing
    var consumers: [PlacedConsumer]
}

extension [QueuePlace] {
    /// By virtual host, as they come, and by name; a name is compared only with its neighbours in
    /// the same one, which halves what 10,000 of them cost.
    var inOrder: [QueuePlace] {
        var places = self
        var start = 0
        while start < places.count {
            let host = places[start].host
            let end = places[start...].firstIndex { $0.host != host } ?? places.count
            places[start..<end].sort { $0.name.text < $1.name.text }
            start = end
        }
        return places
    }
}

extension Engine {
    func hasQueue(_ name: QueueName, in host: VirtualHostName) -> Bool {
        self.end(of: name, in: host) != nil
    }

    func queuePlaces(in hosts: [VirtualHostName]) -> [QueuePlace] {
        self.snapshot { broker, _ in broker.queuePlaces(in: hosts) }
    }

    func listings(of queues: [QueueID]) -> [QueueListing] {
        self.snapshot { broker, now in broker.listings(of: queues, now: now) }
    }

    fileprivate func queue(_ name: QueueName, in host: VirtualHostName) -> QueueSight? {
        self.snapshot { broker, now in
            guard let facts = broker.detail(of: name, in: host, now: now),
                let id = broker.queueID(of: name, in: host),
                let listing = broker.listings(of: [id], now: now).first
            else { return nil }
            let users = broker.clients(in: host, now: now).connections
            return QueueSight(
                listing: listing,
                consumers: facts.consumers.map { consumer in
                    PlacedConsumer(
                        host: host,
                        user: users.first { $0.id == consumer.connection }?.user ?? "",
                        isSingleActive: broker.isSingleActive(name, in: host),
                        consumer: consumer)
                })
        }
    }
}
