import BrokerLink
import Messaging

/// Numbers connections, which a management API knows by name only.
///
/// A number is never given twice: whoever acts on a connection that went meanwhile finds nothing.
struct RosterNumbers: Equatable, Sendable {
    private var numbers: [String: ConnectionID] = [:]
    private var names: [ConnectionID: String] = [:]
    private var last: UInt64 = 0

    /// Forgets connections that are no longer there.
    mutating func keep(_ present: Set<String>) {
        for (name, id) in self.numbers where !present.contains(name) {
            self.numbers[name] = nil
            self.names[id] = nil
        }
    }

    mutating func id(of name: String) -> ConnectionID {
        if let id = self.numbers[name] { return id }
        self.last += 1
        let id = ConnectionID(self.last)
        self.numbers[name] = id
        self.names[id] = name
        return id
    }

    func name(of id: ConnectionID) -> String? { self.names[id] }
}

/// Reads connections and consumers, and closes connections.
actor RosterKeeper {
    private let client: ManagementClient
    private let own: QueuetopAPI
    private let host: String
    private let now: @Sendable () -> Timestamp
    private var numbers = RosterNumbers()
    /// Unacked messages of each connection, as of the last roster.
    private var unacked: [ConnectionID: Int?] = [:]

    init(
        _ client: ManagementClient, _ own: QueuetopAPI, host: String,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.client = client
        self.own = own
        self.host = host
        self.now = now
    }

    /// - Parameter isQueuetop: Whether the broker tells more than RabbitMQ.
    func roster(isQueuetop: Bool) async throws(LinkError) -> ClientRoster {
        do throws(ManagementFault) {
            let own = isQueuetop ? try await self.own.clients() : nil
            let connections: [ConnectionReply] = try await self.client.get(
                ["connections"], query: ["columns": ConnectionReply.columns])
            let channels: [ChannelReply]? = try await self.unlessRefused(
                ["channels"], query: ["columns": ChannelReply.columns])
            let consumers: [ConsumerReply]? = try await self.unlessRefused(
                ["consumers", self.host])
            self.numbers.keep(Set(connections.map(\.name)))
            let byConnection = channels.map { Dictionary(grouping: $0) { $0.connection ?? "" } }
            let ownByName = Dictionary(
                (own?.connections ?? []).map { ($0.name, $0) },
                uniquingKeysWith: { first, _ in first })
            let rows = connections.map { connection in
                var row = ClientConnection(
                    connection, byConnection.map { $0[connection.name] ?? [] },
                    id: self.numbers.id(of: connection.name))
                if let own = ownByName[connection.name] { row.add(own) }
                return row
            }
            self.unacked = Dictionary(
                rows.map { ($0.id, $0.unacked) }, uniquingKeysWith: { first, _ in first })
            return ClientRoster(
                at: self.now(), connections: rows,
                consumers: own.map { self.consumers($0.consumers) }
                    ?? self.consumers(consumers ?? [], channels ?? []))
        } catch {
            throw error.linkError
        }
    }

    /// Reads a list; nil from a broker that was told to keep no statistics, which refuses it.
    private func unlessRefused<Item: ManagementReply>(
        _ path: [String], query: KeyValuePairs<String, String> = [:]
    ) async throws(ManagementFault) -> [Item]? {
        do throws(ManagementFault) {
            return try await self.client.get(path, query: query)
        } catch {
            if case .refused(400, _) = error { return nil }
            throw error
        }
    }

    /// The consumers of one queue's details; what each holds is asked of the channels.
    func consumers(of queue: QueueReply) async throws(LinkError) -> [ClientConsumer] {
        guard let consumers = queue.consumerDetails, !consumers.isEmpty else { return [] }
        do throws(ManagementFault) {
            let channels: [ChannelReply]? = try await self.unlessRefused(
                ["vhosts", self.host, "channels"], query: ["columns": ChannelReply.columns])
            return self.consumers(consumers, channels ?? [])
        } catch {
            guard !error.isDisconnected else { throw error.linkError }
            return self.consumers(consumers, [])
        }
    }

    /// Those that a queuetop tells of.
    func consumers(_ replies: [OwnConsumerReply]) -> [ClientConsumer] {
        replies.map { $0.consumer(of: self.numbers.id(of: $0.connection)) }
    }

    /// The connection that has that number.
    func name(of id: ConnectionID) -> String? { self.numbers.name(of: id) }

    private func consumers(
        _ replies: [ConsumerReply], _ channels: [ChannelReply]
    ) -> [ClientConsumer] {
        let channelsByName = Dictionary(
            channels.map { (ChannelName(connection: $0.connection, number: $0.number), $0) },
            uniquingKeysWith: { first, _ in first })
        return replies.map { reply in
            let channel = channelsByName[
                ChannelName(connection: reply.connection, number: reply.channelNumber)]
            let isAlone = channel?.consumers == 1
            return ClientConsumer(
                id: ClientConsumer.ID(
                    connection: self.numbers.id(of: reply.connection ?? ""),
                    channel: ChannelNumber(UInt16(clamping: reply.channelNumber ?? 0)),
                    tag: ConsumerTag(reply.tag)),
                queue: QueueName(reply.queue ?? ""),
                origin: Origin.text(reply.peerHost, reply.peerPort, else: reply.connection),
                prefetch: reply.prefetch,
                priority: Int(clamping: reply.arguments["x-priority"]?.integer ?? 0),
                // What a channel holds is its consumer's when it has no other.
                unacked: isAlone ? channel?.unacked : nil,
                needsAck: reply.needsAck ?? true, isExclusive: reply.isExclusive ?? false,
                isActive: reply.isActive ?? true)
        }
    }

    private struct ChannelName: Hashable {
        var connection: String?
        var number: Int?
    }

    /// - Returns: How many unacked messages it had when it was last looked at, if that was told.
    func close(_ id: ConnectionID, reason: String) async throws(LinkError) -> Int? {
        guard let name = self.numbers.name(of: id) else { throw .connectionNotFound }
        do throws(ManagementFault) {
            try await self.client.delete(
                ["connections", name], headers: ["X-Reason": Self.headerText(reason)])
        } catch {
            switch error {
            case .notFound: throw .connectionNotFound
            case .unreachable: throw .outcomeUnknown(action: "the close of \(name)")
            case .loginRefused, .notPermitted, .refused, .unreadable: throw error.linkError
            }
        }
        return self.unacked[id] ?? nil
    }

    /// What a header may hold, no longer than a reply text.
    private static func headerText(_ text: String) -> String {
        let printable = text.unicodeScalars.prefix(Limits.nameBytesMax).map { scalar in
            scalar.isASCII && scalar.value >= 32 ? Character(scalar) : "?"
        }
        return String(printable)
    }
}

/// Where a client comes from, as every link writes it.
enum Origin {
    static func text(_ host: String?, _ port: Int?, else name: String?) -> String {
        guard let host, let port, port > 0 else { return name ?? "" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension ClientConnection {
    /// - Parameter channels: Its channels; nil when the broker does not list any.
    init(_ reply: ConnectionReply, _ channels: [ChannelReply]?, id: ConnectionID) {
        let notTold = "the broker has no statistics of its channels"
        // What a channel never did it has no counter of.
        let areTold = channels?.allSatisfy { $0.unacked != nil } ?? false
        func sum(_ count: (ChannelReply) -> UInt64?) -> Measured<UInt64> {
            guard areTold, let channels else { return .unavailable(because: notTold) }
            return .exact(channels.reduce(0) { $0 &+ (count($1) ?? 0) })
        }
        let properties = FieldTable(reply.properties)
        self.init(
            id: id, origin: Origin.text(reply.peerHost, reply.peerPort, else: reply.name),
            user: reply.user ?? "", virtualHost: reply.virtualHost ?? "",
            properties: properties,
            isOwn: properties["instance"]?.text == AMQPLane.instance,
            state: Self.state(reply.state), channels: reply.channels ?? channels?.count,
            consumers: channels?.sum(of: \.consumers), unacked: channels?.sum(of: \.unacked),
            published: sum(\.published), delivered: sum(\.delivered))
    }

    private static func state(_ text: String?) -> State {
        switch text {
        case "blocked": .blocked(because: "the broker has an alarm")
        case "blocking": .blocked(because: "it will have to wait when it publishes")
        case "closing", "closed": .closing
        default: .running
        }
    }
}
