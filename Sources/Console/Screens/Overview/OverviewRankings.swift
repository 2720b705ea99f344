import BrokerLink
import Messaging

/// The queues that a person should look at first, by several measures.
struct OverviewRankings: Equatable, Sendable {
    /// Entries of each list except the alarms.
    static let countMax = 5

    /// All queues with an alarm, the deepest first.
    private(set) var alarms: [QueueName] = []
    private(set) var deepest: [QueueName] = []
    private(set) var mostDead: [QueueName] = []
    private(set) var oldest: [QueueName] = []

    init() {}

    /// - Complexity: O(*n*) in the queues, and O(*a* log *a*) in the alarms.
    init(of queues: [QueueTrend]) {
        self.alarms = queues.filter { $0.alarm != nil }
            .sorted { ($1.sample.depth, $0.sample.name) < ($0.sample.depth, $1.sample.name) }
            .map(\.sample.name)
        self.deepest = Self.top(queues) { Int64($0.sample.depth) }
        self.mostDead = Self.top(queues) { Int64($0.sample.dead.value ?? 0) }
        self.oldest = Self.top(queues) { ($0.oldestMicroseconds.value ?? nil) ?? 0 }
    }

    func names(in list: OverviewScreen.List) -> [QueueName] {
        switch list {
        case .alarms: self.alarms
        case .deepest: self.deepest
        case .mostDead: self.mostDead
        case .oldest: self.oldest
        }
    }

    /// The queues with the greatest figures above zero; earlier names win between equals.
    private static func top(
        _ queues: [QueueTrend], _ figure: (QueueTrend) -> Int64
    ) -> [QueueName] {
        var best: [(figure: Int64, name: QueueName)] = []
        for queue in queues {
            let value = figure(queue)
            guard value > 0, best.count < Self.countMax || best[best.count - 1].figure < value
            else { continue }
            let place = best.firstIndex { $0.figure < value } ?? best.count
            best.insert((value, queue.sample.name), at: place)
            if best.count > Self.countMax { best.removeLast() }
        }
        return best.map(\.name)
    }
}
