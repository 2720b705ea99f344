import BrokerLink
import Canvas
import Messaging

/// A column of the list of consumers.
package enum ConsumerColumn: Hashable, Sendable, CaseIterable, ClientColumn {
    case queue, tag, client, prefetch, priority, unacked, held, mode, state

    var title: String {
        switch self {
        case .queue: "QUEUE"
        case .tag: "TAG"
        case .client: "CLIENT"
        case .prefetch: "PREFETCH"
        case .priority: "PRIO"
        case .unacked: "UNACK"
        case .held: "HELD"
        case .mode: "MODE"
        case .state: "STATE"
        }
    }

    var words: String {
        switch self {
        case .queue: "queue"
        case .tag: "tag"
        case .client: "client"
        case .prefetch: "prefetch"
        case .priority: "priority"
        case .unacked: "unacked messages"
        case .held: "oldest unacked"
        case .mode: "mode"
        case .state: "state"
        }
    }

    var isText: Bool {
        switch self {
        case .queue, .tag, .client, .mode, .state: true
        case .prefetch, .priority, .unacked, .held: false
        }
    }

    var tableColumn: TableColumn<Self> {
        func left(_ width: Int, _ widthMax: Int, rank: Int) -> TableColumn<Self> {
            TableColumn(
                self, self.title, width: width, widthMax: widthMax, alignment: .left, rank: rank)
        }
        func right(_ width: Int, rank: Int) -> TableColumn<Self> {
            TableColumn(self, self.title, width: width, rank: rank)
        }
        return switch self {
        case .queue: left(14, 32, rank: 0)
        case .tag: left(8, 24, rank: 2)
        case .client: left(19, 25, rank: 4)
        case .prefetch: right(8, rank: 6)
        case .priority: right(4, rank: 7)
        case .unacked: right(5, rank: 3)
        case .held: right(7, rank: 1)
        case .mode: left(8, 8, rank: 8)
        case .state: left(9, 13, rank: 5)
        }
    }
}

/// One consumer as a list shows it.
struct ConsumerRow: ClientRow {
    let consumer: ClientConsumer

    var id: ClientConsumer.ID { self.consumer.id }

    var words: [String] {
        [
            self.consumer.queue.text, self.consumer.id.tag.text, self.consumer.origin,
            self.consumer.modeWords, self.consumer.stateWords,
        ]
    }

    /// Who holds a delivery longest, then who holds most.
    var badness: ClientBadness {
        ClientBadness(
            level: 0, heldMicroseconds: self.consumer.oldestUnackedMicroseconds,
            unacked: self.consumer.unacked)
    }

    var trouble: String? {
        guard let held = self.consumer.oldestUnackedMicroseconds,
            held >= QueueAlarm.stuckMicroseconds
        else { return nil }
        return "stuck consumer: \(self.consumer.id.tag) on \(self.consumer.origin) has held a "
            + "message of \(self.consumer.queue) for \(Figures.duration(microseconds: held))"
    }

    func text(in column: ConsumerColumn, columns: Int) -> String {
        switch column {
        case .queue: self.consumer.queue.text
        case .tag: self.consumer.id.tag.text
        case .client: self.consumer.place
        case .prefetch: self.consumer.prefetchWords
        case .priority: "\(self.consumer.priority)"
        case .unacked:
            self.consumer.needsAck
                ? Figures.count(self.consumer.unacked, columns: columns) : Figures.none
        case .held:
            self.consumer.oldestUnackedMicroseconds
                .map { Figures.duration(microseconds: $0) } ?? Figures.none
        case .mode: self.consumer.modeWords
        case .state: self.consumer.stateWords
        }
    }

    func style(in column: ConsumerColumn) -> Style {
        switch column {
        case .queue: self.trouble == nil ? .plain : Style(ink: .text, attributes: .bold)
        case .held: self.trouble == nil ? .plain : .danger
        case .state: self.consumer.isActive ? .plain : .muted
        case .tag, .client, .prefetch, .priority, .unacked, .mode: .plain
        }
    }

    func sortValue(in column: ConsumerColumn) -> SortValue {
        switch column {
        case .queue: .text(self.consumer.queue.text)
        case .tag: .text(self.consumer.id.tag.text)
        case .client: .text(self.consumer.place)
        case .prefetch:
            self.consumer.prefetch.map { .number($0 == 0 ? .infinity : Double($0)) } ?? .none
        case .priority: .number(Double(self.consumer.priority))
        case .unacked:
            self.consumer.needsAck
                ? self.consumer.unacked.map { .number(Double($0)) } ?? .none : .none
        case .held:
            self.consumer.oldestUnackedMicroseconds.map { .number(Double($0)) } ?? .none
        case .mode: .text(self.consumer.modeWords)
        case .state: .text(self.consumer.stateWords)
        }
    }
}
