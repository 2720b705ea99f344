import BrokerLink
import Messaging

/// Reads samples from a management API, and keeps what one sample needs of those before.
actor Sampler {
    /// Queues of one page: RabbitMQ allows no more.
    private static let pageCount = 500
    /// Pages that are read at most.
    private static let pagesMax = 200
    /// What is known of exchanges is read again after so long.
    private static let exchangesMicroseconds: Int64 = 15_000_000
    /// Queues without statistics yet that are asked for one by one.
    private static let countedMax = 50

    private let client: ManagementClient
    private let lane: AMQPLane
    private let own: QueuetopAPI
    private let host: String
    private let now: @Sendable () -> Timestamp
    private let uptime: @Sendable () -> UInt64

    private var backoff = Backoff()
    private var failure: LinkError?
    private var pace = StatisticsPace()
    private var exchanges: [ExchangeName: DeadLetterWays.Exchange] = [:]
    private var exchangesReadAt: Timestamp?
    /// As of the last sample.
    private(set) var deadLetterQueues: Set<QueueName> = []

    init(
        _ client: ManagementClient, _ lane: AMQPLane, _ own: QueuetopAPI, host: String,
        now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> UInt64
    ) {
        self.client = client
        self.lane = lane
        self.own = own
        self.host = host
        self.now = now
        self.uptime = uptime
    }

    /// Reads everything that one sample has.
    ///
    /// After a failure it fails at once until the next attempt is due.
    func sample() async throws(LinkError) -> BrokerSample {
        if let failure, self.backoff.isTooEarly(atNanoseconds: self.uptime()) { throw failure }
        do throws(ManagementFault) {
            let sample = try await self.read()
            self.backoff.succeeded()
            self.failure = nil
            return sample
        } catch {
            if error.isDisconnected {
                self.backoff.failed(atNanoseconds: self.uptime())
                self.failure = error.linkError
            }
            throw error.linkError
        }
    }

    private func read() async throws(ManagementFault) -> BrokerSample {
        let overview: OverviewReply = try await self.client.get(["overview"])
        let replies = try await self.queues()
        try await self.readExchanges(for: replies)
        let alarms = await self.alarms()
        let now = self.now()
        let counted = await self.count(replies)
        let seconds = Double(self.pace.microseconds) / 1_000_000
        let isQueuetop = overview.product.name == BrokerFacts.queuetop
        let own = isQueuetop ? try await self.own.figures() : nil
        let figures = Dictionary(
            (own?.queues ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(replies.map(\.name))
        let exchanges = self.exchanges
        let queues = replies.map { reply in
            let sample = QueueSample(
                reply, counts: counted[reply.name],
                receivesDeadLetters: self.deadLetterQueues.contains(QueueName(reply.name)),
                // To follow them costs something, and only quorum queues limit returns.
                deadLetters: reply.isQuorum
                    ? DeadLetterPlace(of: reply, known: exchanges) { names.contains($0.text) }
                    : .none,
                now: now, statisticsSeconds: seconds, hasStatistics: !overview.statisticsAreOff,
                hasLimitAlways: BrokerFacts.hasLimitAlways(
                    overview.product.name, overview.product.version),
                product: overview.product.name)
            return figures[reply.name].map { sample.with($0) } ?? sample
        }
        var sample = BrokerSample(
            at: now, connections: overview.objects.connections,
            channels: overview.objects.channels, exchanges: overview.objects.exchanges,
            queues: queues, unroutableTotal: overview.unroutable,
            // A stream lies on the disk, and tells nothing of memory.
            messageMemoryBytes: replies.filter { !$0.isStream }.sum(of: \.memoryBytes),
            memory: isQueuetop ? nil : alarms.use, memoryAlarm: alarms.memory,
            diskAlarm: alarms.disk)
        guard let own else { return self.pace.paced(sample) }
        // What it counts is of this moment: there are no steps to wait for.
        sample.add(own.broker)
        return sample
    }

    private func queues() async throws(ManagementFault) -> [QueueReply] {
        var queues: [QueueReply] = []
        var page = 1
        while page <= Self.pagesMax {
            let reply: PageReply<QueueReply> = try await self.client.get(
                ["queues", self.host],
                query: [
                    "page": "\(page)", "page_size": "\(Self.pageCount)",
                    "columns": QueueReply.columns,
                ])
            queues += reply.items
            guard page < reply.pageCount ?? 1 else { break }
            page += 1
        }
        return queues
    }

    /// A queue that was just declared has no statistics: its depth is asked for where it is exact.
    private func count(_ replies: [QueueReply]) async -> [String: QueueCounts] {
        let silent = replies.filter { $0.ready == nil }.prefix(Self.countedMax)
        guard !silent.isEmpty,
            let lane = try? await self.lane.open(for: LaneAct())
        else { return [:] }
        defer { lane.close() }
        var counts: [String: QueueCounts] = [:]
        for reply in silent {
            let name = QueueName(reply.name)
            // It may have gone meanwhile, or be somebody's own: then the channel is gone, too.
            guard let count = try? await lane.counts(of: name) else { break }
            counts[reply.name] = count
        }
        return counts
    }

    /// The alarms of all nodes together, and the memory of the one that is closest to its limit.
    /// Whoever may not see nodes sees none of it.
    private func alarms() async -> (memory: MemoryAlarm?, disk: DiskAlarm?, use: MemoryUse?) {
        let nodes: [NodeReply]? = try? await self.client.get(
            ["nodes"], query: ["columns": NodeReply.columns])
        let memory = nodes?.first(where: \.memoryAlarm).map {
            MemoryAlarm(usedBytes: $0.memoryUsedBytes ?? 0, limitBytes: $0.memoryLimitBytes ?? 0)
        }
        let fullest = nodes?.max { $0.memoryShare < $1.memoryShare }
        let use = fullest?.memoryUsedBytes.map {
            MemoryUse(usedBytes: $0, limitBytes: fullest?.memoryLimitBytes)
        }
        return (memory, nodes?.first(where: \.diskAlarm)?.alarm, use)
    }
}

extension Sampler {
    /// Follows the ways of dead letters, reading what is not known of exchanges.
    private func readExchanges(for queues: [QueueReply]) async throws(ManagementFault) {
        let now = self.now()
        if let readAt = self.exchangesReadAt,
            now.microseconds(since: readAt) >= Self.exchangesMicroseconds
        {
            self.exchangesReadAt = nil
        }
        if self.exchangesReadAt == nil {
            self.exchanges = [:]
            self.exchangesReadAt = now
        }
        let ways = DeadLetterWays.ways(of: queues)
        self.exchanges = try await ExchangeReader(client: self.client, host: self.host)
            .read(ways, beside: self.exchanges)
        self.deadLetterQueues = DeadLetterWays.ends(ways, known: self.exchanges)
    }
}
