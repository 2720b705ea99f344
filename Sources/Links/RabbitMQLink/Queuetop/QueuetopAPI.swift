import BrokerLink
import Messaging
import PlainJSON

/// Asks another queuetop for what RabbitMQ has no words for.
///
/// It asks for the permissions that AMQP would ask for, so there is no other way for whoever may
/// not ask here; and the two ways of naming messages, by position and by number, never mix.
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
    func browse(_ request: BrowseRequest) async throws(LinkError) -> BrowsePage {
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
        do throws(ManagementFault) {
            let page = try await self.client.get(path, query: query, as: QueuetopPage.self)
            return BrowsePage(
                queue: request.queue, messages: page.messages, hasMore: page.hasMore)
        } catch {
            throw self.linkError(error, of: request.queue, to: "read it")
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
    ) async throws(LinkError) -> Int {
        let body: JSON = ["positions": Self.positions(messages)]
        let reply = try await self.change(
            queue, "messages/delete", body, DeletionReply.self, needs: "read it"
        ) { "the deletion of messages from \(queue)" }
        return reply.deleted
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
    ) async throws(LinkError) -> RedriveStepReply {
        var members: [JSON.Member] = [.init("count", .count(countMax))]
        if case .queue(let target) = request.target {
            members.append(.init("target", .text(target.text)))
        }
        if let positions { members.append(.init("positions", Self.positions(positions))) }
        if let end { members.append(.init("end", .text(end))) }
        if let after { members.append(.init("after", .text(after))) }
        return try await self.change(
            request.source, "redrive-step", .object(members), RedriveStepReply.self,
            needs: "read it and to write to the target (to amq.default without one)"
        ) {
            "the requeue from \(request.source): at most \(countMax) more messages may have been "
                + "moved, none of them twice"
        }
    }

    /// Opens or closes the circuit breaker of a queue.
    func setBreaker(_ queue: QueueName, isOpen: Bool) async throws(LinkError) {
        let body: JSON = ["state": .text(isOpen ? "open" : "closed")]
        let path = self.path(of: queue, "breaker")
        do throws(ManagementFault) {
            _ = try await self.client.post(path, body, as: BreakerReply.self)
        } catch {
            // The only thing that it refuses an order of this form for.
            if case .refused(400, _) = error { throw .noCircuitBreaker(queue) }
            throw self.orderError(
                error, of: queue, to: "read it",
                act: "the \(isOpen ? "opening" : "closing") of the circuit breaker of \(queue)")
        }
    }

    /// Ends a consumer; returns how many messages it holds.
    func cancel(
        _ consumer: ClientConsumer.ID, on connection: String
    ) async throws(LinkError) -> Int {
        let body: JSON = [
            "connection": .text(connection), "channel": .count(Int(consumer.channel.number)),
            "tag": .text(consumer.tag.text),
        ]
        do throws(ManagementFault) {
            let path = ["queuetop", "clients", self.host, "cancel"]
            return try await self.client.post(path, body, as: CancelReply.self).unacked
        } catch {
            switch error {
            case .notFound: throw .consumerNotFound(consumer.tag)
            case .unreachable, .unreadable:
                throw .outcomeUnknown(action: "the cancel of \(consumer.tag)")
            case .notPermitted, .loginRefused, .refused: throw error.linkError
            }
        }
    }

    /// What it tells of all queues; nil when it does not.
    func figures() async throws(ManagementFault) -> FiguresReply? {
        try await self.unlessUnknown(["queuetop", "figures", self.host])
    }

    /// What it tells of one queue; nil when it does not, or when the queue went meanwhile.
    func detail(of queue: QueueName) async throws(ManagementFault) -> OwnDetailReply? {
        try await self.unlessUnknown(["queuetop", "queues", self.host, queue.text])
    }

    /// What it tells of connections and consumers; nil when it does not.
    func clients() async throws(ManagementFault) -> OwnClientsReply? {
        try await self.unlessUnknown(["queuetop", "clients", self.host])
    }

    /// An answer of one version that another one may not have.
    private func unlessUnknown<Reply: ManagementReply>(
        _ path: [String]
    ) async throws(ManagementFault) -> Reply? {
        do throws(ManagementFault) {
            return try await self.client.get(path, as: Reply.self)
        } catch {
            guard !error.isDisconnected else { throw error }
            return nil
        }
    }

    private func path(of queue: QueueName, _ what: String) -> [String] {
        ["queuetop", "queues", self.host, queue.text] + what.split(separator: "/").map(String.init)
    }

    private static func positions(_ messages: [MessageID]) -> JSON {
        .array(messages.map { .text("\($0.position.offset)") })
    }

    private func change<Reply: ManagementReply>(
        _ queue: QueueName, _ what: String, _ body: JSON, _ reply: Reply.Type, needs: String,
        act: () -> String
    ) async throws(LinkError) -> Reply {
        do throws(ManagementFault) {
            return try await self.client.post(self.path(of: queue, what), body, as: reply)
        } catch {
            throw self.orderError(error, of: queue, to: needs, act: act())
        }
    }

    private func orderError(
        _ fault: ManagementFault, of queue: QueueName, to need: String, act: String
    ) -> LinkError {
        switch fault {
        // It was asked, and did not answer: that is not to be asked again.
        case .unreachable, .unreadable: .outcomeUnknown(action: act)
        case .notPermitted, .notFound, .loginRefused, .refused:
            self.linkError(fault, of: queue, to: need)
        }
    }

    /// - Parameter need: What it takes the permission to, as the end of a sentence.
    private func linkError(
        _ fault: ManagementFault, of queue: QueueName, to need: String
    ) -> LinkError {
        switch fault {
        case .notPermitted:
            .refused(
                reason: "\(self.client.user) may not do that to \(queue). It takes the permission "
                    + "to \(need), or the tag administrator.")
        case .notFound: .queueNotFound(queue)
        case .unreachable, .unreadable, .loginRefused, .refused: fault.linkError
        }
    }
}
