import Core
import Engine
import Messaging

/// Dead letters of all queues of a virtual host, grouped by why and where they died.
struct DeadLettersController: Controller {
    /// Messages of one queue that are looked at; a group says whether there were more.
    static let scannedMax = 20_000
    private static let pageCount = 500

    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queuetop/dead-letters/{vhost}", .monitoring) { request in
            try request.requireQuery()
            try await self.context.require(request.host)
            return await self.groups(in: request.host)
        }
    }

    private func groups(in host: VirtualHostName) async -> APIAnswer {
        let figures = await self.context.engine.sample(in: host)
        var groups: [DeathGroup: DeathCount] = [:]
        var isComplete = true
        for queue in figures.queues where queue.receivesDeadLetters && queue.ready > 0 {
            let isWhole = await self.count(queue.name, in: host, into: &groups)
            isComplete = isComplete && isWhole
        }
        let sorted = groups.sorted {
            ($1.value.count, $0.key.order) < ($0.value.count, $1.key.order)
        }
        return .object { json in
            json.field("complete", isComplete)
            json.key("groups")
            json.array { json in
                for (group, count) in sorted { json.object { $0.deathGroup(group, count) } }
            }
        }
    }

    /// - Returns: Whether all of the queue was looked at.
    private func count(
        _ queue: QueueName, in host: VirtualHostName, into groups: inout [DeathGroup: DeathCount]
    ) async -> Bool {
        var after: Position?
        var scanned = 0
        while scanned < Self.scannedMax {
            guard
                let page = await self.context.engine.browse(
                    queue, in: host, after: after, countMax: Self.pageCount, bodyBytesMax: 0)
            else { return true }
            for record in page.records {
                guard let death = record.deaths.first else { continue }
                let group = DeathGroup(
                    queue: queue, origin: death.queue, reason: death.reason.rawValue,
                    exchange: death.exchange.text, routingKey: death.routingKeys.first ?? "")
                groups[group, default: DeathCount()].add(record.enqueuedAt)
            }
            scanned += page.records.count
            after = page.records.last?.position
            guard page.hasMore else { return true }
        }
        return false
    }
}

/// What dead letters of one group have in common.
private struct DeathGroup: Hashable {
    var queue: QueueName
    var origin: QueueName
    var reason: String
    var exchange: String
    var routingKey: String

    /// By what groups of one size are listed.
    var order: String {
        [self.queue.text, self.origin.text, self.reason, self.exchange, self.routingKey]
            .joined(separator: "\u{0}")
    }
}

/// How many they are, and when they came where they lie.
private struct DeathCount {
    var count = 0
    var first: Timestamp?
    var last: Timestamp?

    mutating func add(_ moment: Timestamp) {
        self.count += 1
        self.first = min(self.first ?? moment, moment)
        self.last = max(self.last ?? moment, moment)
    }
}

extension JSONWriter {
    fileprivate mutating func deathGroup(_ group: DeathGroup, _ count: DeathCount) {
        self.field("queue", group.queue.text)
        self.field("origin", group.origin.text)
        self.field("reason", group.reason)
        self.field("exchange", group.exchange)
        self.field("routing_key", group.routingKey)
        self.field("count", count.count)
        if let first = count.first { self.field("first_at", first.seconds) }
        if let last = count.last { self.field("last_at", last.seconds) }
    }
}
