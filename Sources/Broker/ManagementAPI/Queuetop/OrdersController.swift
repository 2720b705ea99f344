import Core
import Engine
import Messaging

/// What a console does with single messages: chosen ones are deleted, and dead letters go back a
/// step at a time, for as long as somebody asks for the next step.
struct OrdersController: Controller {
    /// Messages that one step moves at most.
    static let stepCountMax = 1_000
    /// Messages that one order names.
    static let positionsMax = 10_000

    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        let path = "queuetop/queues/{vhost}/{queue}"
        routes.post("\(path)/messages/delete") { request in
            try await self.context.requireReading(request)
            return try await self.delete(request)
        }
        routes.post("\(path)/redrive-step") { request in
            try await self.context.requireReading(request)
            return try await self.step(request)
        }
    }

    private func delete(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let body = try OrderBody(request, fields: "positions")
        guard let positions = try Self.positions(body) else {
            throw .badRequest("positions is missing: a list of what browsing gave as 'position'")
        }
        try await self.requireMessages(request)
        let count = await self.context.engine.delete(
            positions, from: request.queue, in: request.host)
        guard let count else { throw .notFound }
        return .object { $0.field("deleted", count) }
    }

    /// Moves the next messages of a selection, which the first step freezes.
    private func step(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let engine = self.context.engine
        let body = try OrderBody(
            request, fields: "target", "count", "positions", "end", "after")
        let count = try body.number(
            "count", orElse: Self.stepCountMax, in: 1...Self.stepCountMax)
        let target = try body.textOrNull("target").map { QueueName($0) }
        let (positions, cursor) = (try Self.positions(body), try Self.cursor(body))
        try await self.requireMessages(request)
        try await self.context.requireWriting(to: target, request)
        let end = try await self.end(body, request)
        let selection: RedriveSelection =
            positions.map { .positions($0) } ?? .readyBelow(end)
        let step = await engine.redriveStep(
            source: request.queue, in: request.host, selection: selection,
            target: target.map { .queue($0) } ?? .queueItDiedIn,
            from: cursor, countMax: count)
        if case .sourceNotFound = step.next { throw .notFound }
        if case .targetNotFound = step.next {
            throw .badRequest("there is no queue '\(target?.text ?? "")' to move them to")
        }
        return .object { $0.step(step, since: end) }
    }

    /// Where the source ended before the first step.
    private func end(
        _ body: OrderBody, _ request: APIRequest
    ) async throws(APIFailure) -> QueueEnd {
        if let text = try body.text("end") {
            guard let end = QueueEnd(text: text) else {
                throw .badRequest("end is what the first step gave as 'end'")
            }
            return end
        }
        guard let end = await self.context.engine.end(of: request.queue, in: request.host) else {
            throw .notFound
        }
        return end
    }

    private func requireMessages(_ request: APIRequest) async throws(APIFailure) {
        guard await self.context.engine.hasQueue(request.queue, in: request.host) else {
            throw .notFound
        }
        guard await self.context.engine.nextOffset(of: request.queue, in: request.host) == nil
        else { throw .badRequest("a stream's messages leave by age or size alone") }
    }

    /// Positions in ascending order; nil when none are named.
    private static func positions(_ body: OrderBody) throws(APIFailure) -> [Position]? {
        guard let texts = try body.texts("positions", countMax: Self.positionsMax) else {
            return nil
        }
        let offsets = texts.compactMap { UInt64($0) }
        guard offsets.count == texts.count else {
            throw .badRequest("positions are texts that browsing gave as 'position'")
        }
        return Set(offsets).sorted().map { Position($0) }
    }

    private static func cursor(_ body: OrderBody) throws(APIFailure) -> RedriveCursor {
        guard let text = try body.text("after"), !text.isEmpty else { return .start }
        guard let offset = UInt64(text) else {
            throw .badRequest("after is what the step before gave as 'next'")
        }
        return RedriveCursor(behind: Position(offset))
    }
}

extension JSONWriter {
    /// - Parameter start: Where the source ended before the first step.
    fileprivate mutating func step(_ step: RedriveStep, since start: QueueEnd) {
        self.field("moved", step.moved)
        self.field("unroutable", step.unroutable)
        self.field("missing", step.missing)
        self.movedTo(step.movedTo)
        self.field("returned", start.arrivals(until: step.end))
        self.field("end", start.text)
        switch step.next {
        case .goOn(let cursor), .loading(let cursor):
            self.field("next", cursor.after.map { "\($0.offset)" } ?? "")
        case .finished, .sourceNotFound, .targetNotFound: self.field("next", orNull: nil)
        }
    }
}
