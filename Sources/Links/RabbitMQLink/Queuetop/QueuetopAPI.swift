import BrokerLink
import Messaging
import PlainJSON

/// Asks another queuetop for what RabbitMQ has no words for.
///
/// Nil answers say that this user may not ask there: then there is RabbitMQ's way, which costs
/// more. Nobody who may ask for one queue's messages may not change them, so that the two ways of
/// naming messages, by position and by number, never mix for one queue.
struct QueuetopAPI: Sendable {
    /// Bytes of each body that the API sends.
    static let bodyBytesMax = 134_217_728
    /// Messages of one step: one batch of the other broker.
    static let stepCountMax = 1_000

    private let client: ManagementClient
    private let host: String

    init(_ client: ManagementClient, host: String) {
        self.client = client
        self.host = host
    }

    /// Looks at messages where they lie, which changes nothing.
    func browse(_ request: BrowseRequest) async throws(LinkError) -> BrowsePage? {
        let bytes = min(request.bodyBytesMax, Self.bodyBytesMax)
        var query = [
            ("count", "\(request.countMax)"), ("body_bytes", "\(bytes)"), ("encoding", "base64"),
            ("properties", "amqp"),
        ]
        if let after = request.after {
            query.append(("after", "\(after.position.offset)"))
        } else if let from = request.from {
            query.append(("from", Self.text(of: from)))
        }
        let path = self.path(of: request.queue, "messages")
        let page = try await self.unlessForbidden(of: request.queue) {
            [client, query] () throws(ManagementFault) in
            try await client.get(path, query: query, as: QueuetopPage.self)
        }
        return page.map {
            BrowsePage(queue: request.queue, messages: $0.messages, hasMore: $0.hasMore)
        }
    }

    private static func text(of place: StreamPlace) -> String {
        switch place {
        case .first: "first"
        case .last: "last"
        case .offset(let offset): "offset:\(offset)"
        case .time(let time): "time:\(time.seconds)"
        }
    }

    /// Removes messages by their positions; returns how many were still there.
    func delete(
        _ messages: [MessageID], from queue: QueueName
    ) async throws(LinkError) -> Int? {
        let body: JSON = ["positions": Self.positions(messages)]
        return try await self.change(queue, "messages/delete", body, DeletionReply.self) {
            "the deletion of messages from \(queue)"
        }?.deleted
    }

    /// Moves the next messages of a redrive.
    ///
    /// - Parameters:
    ///   - positions: The next ones of those that were chosen; nil for all.
    ///   - end: What the first step of a redrive of all gave.
    ///   - after: Where the step before ended.
    func step(
        _ request: RedriveRequest, positions: [MessageID]?, end: String?, after: String?,
        countMax: Int
    ) async throws(LinkError) -> RedriveStepReply? {
        var members: [JSON.Member] = [.init("count", .count(countMax))]
        if case .queue(let target) = request.target {
            members.append(.init("target", .text(target.text)))
        }
        if let positions { members.append(.init("positions", Self.positions(positions))) }
        if let end { members.append(.init("end", .text(end))) }
        if let after { members.append(.init("after", .text(after))) }
        return try await self.change(
            request.source, "redrive-step", .object(members), RedriveStepReply.self
        ) {
            "the requeue from \(request.source): at most \(countMax) more messages may have been "
                + "moved, none of them twice"
        }
    }

    func timings(of queue: QueueName) async -> TimingsReply? {
        try? await self.client.get(self.path(of: queue, "timings"))
    }

    /// What it tells of all queues, by name; empty when it does not.
    func figures() async throws(ManagementFault) -> [String: QueueFiguresReply] {
        do throws(ManagementFault) {
            let reply: FiguresReply = try await self.client.get(["queuetop", "figures", self.host])
            return Dictionary(
                reply.queues.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        } catch {
            guard !error.isDisconnected else { throw error }
            return [:]
        }
    }

    private func path(of queue: QueueName, _ what: String) -> [String] {
        ["queuetop", "queues", self.host, queue.text] + what.split(separator: "/").map(String.init)
    }

    private static func positions(_ messages: [MessageID]) -> JSON {
        .array(messages.map { .text("\($0.position.offset)") })
    }

    private func change<Reply: ManagementReply>(
        _ queue: QueueName, _ what: String, _ body: JSON, _ reply: Reply.Type,
        act: () -> String
    ) async throws(LinkError) -> Reply? {
        let path = self.path(of: queue, what)
        do throws(ManagementFault) {
            return try await self.client.post(path, body, as: reply)
        } catch {
            switch error {
            case .notPermitted: return nil
            case .notFound: throw .queueNotFound(queue)
            // It was asked, and did not answer: that is not to be asked again.
            case .unreachable, .unreadable: throw .outcomeUnknown(action: act())
            case .loginRefused, .refused: throw error.linkError
            }
        }
    }

    private func unlessForbidden<Reply: Sendable>(
        of queue: QueueName, _ ask: () async throws(ManagementFault) -> Reply
    ) async throws(LinkError) -> Reply? {
        do throws(ManagementFault) {
            return try await ask()
        } catch {
            switch error {
            case .notPermitted: return nil
            case .notFound: throw .queueNotFound(queue)
            case .unreachable, .unreadable, .loginRefused, .refused: throw error.linkError
            }
        }
    }
}
