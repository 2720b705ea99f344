import BrokerLink
import Canvas
import Messaging

/// The whole broker at one look: what flows, what waits, what is wrong.
package struct OverviewScreen: Screen {
    package enum Action: Hashable, Sendable, CaseIterable {
        case open
    }

    /// A list of queues on this screen; left and right go from one to the next.
    enum List: Int, Hashable, Sendable, CaseIterable {
        case alarms, deepest, mostDead, oldest
    }

    private(set) var rankings = OverviewRankings()
    /// The list that the selection is in.
    private(set) var list = List.alarms
    /// The selected place in that list.
    private(set) var place = 0

    package init() {}

    package var name: String { "Overview" }

    package func keyAction(for action: Action, in context: ScreenContext) -> KeyAction {
        switch action {
        case .open: KeyAction([.enter], "open the selected queue", footer: "open")
        }
    }

    package func availability(of action: Action, in context: ScreenContext) -> Availability {
        self.selected == nil ? .unavailable(because: "no queue is selected") : .available
    }

    package mutating func perform(
        _ action: Action, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch action {
        case .open: self.selected.map { [.open(.queue($0))] } ?? []
        }
    }

    package mutating func update(
        _ message: ScreenMessage, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch message {
        case .appeared, .sampled:
            let selected = self.selected
            self.rankings = OverviewRankings(of: context.history.queues)
            self.follow(selected)
        case .moved(let movement): self.move(movement, in: context)
        case .scrolled(let rows): self.select(self.place + rows.signum(), in: context)
        case .clicked(let row, let column, let isDouble):
            return self.clicked(row: row, column: column, isDouble: isDouble, in: context)
        case .resized, .promptChanged, .promptAnswered, .promptCancelled, .detailed, .browsed,
            .purged, .deletedQueue, .deletedMessages, .redrove, .loadChanged, .rostered,
            .closedConnection, .cancelledConsumer:
            break
        }
        return []
    }

    func layout(in context: ScreenContext) -> OverviewLayout {
        OverviewLayout(
            area: context.content, alarms: self.rankings.alarms.count,
            brokerAlarmRows: self.brokerAlarmLines(in: context).count)
    }

    /// What is wrong with the broker as a whole: a line each where there is little room, and
    /// otherwise as many as they need, within reason.
    func brokerAlarmLines(in context: ScreenContext) -> [(isFirst: Bool, text: String)] {
        let alarms = context.history.latest?.brokerAlarms ?? []
        let columns = context.content.columns - 6
        guard context.content.rows >= Self.roomyRows else {
            return alarms.prefix(1).map { (true, TextWidth.truncated($0, toColumns: columns)) }
        }
        return alarms.flatMap { alarm in
            TextLines.wrapped(alarm, toColumns: columns).prefix(3).enumerated()
                .map { ($0.offset == 0, $0.element) }
        }
    }

    private static let roomyRows = 16

    /// The selected queue.
    var selected: QueueName? {
        let names = self.rankings.names(in: self.list)
        return names.indices.contains(self.place) ? names[self.place] : nil
    }
}

extension OverviewScreen {
    private mutating func move(_ movement: Movement, in context: ScreenContext) {
        switch movement {
        case .left: self.turnList(by: -1)
        case .right: self.turnList(by: 1)
        case .up, .down, .halfPageUp, .halfPageDown, .pageUp, .pageDown, .top, .bottom:
            let count = self.rankings.names(in: self.list).count
            self.select(
                movement.index(from: self.place, count: count, page: count), in: context)
        }
    }

    private mutating func turnList(by step: Int) {
        let count = List.allCases.count
        let lists = (1...count).compactMap {
            List(rawValue: (self.list.rawValue + step * $0 + count * count) % count)
        }
        // Empty lists have nothing to select, so they are passed over.
        guard let list = lists.first(where: { !self.rankings.names(in: $0).isEmpty }) else {
            return
        }
        self.list = list
        self.place = min(self.place, self.rankings.names(in: list).count - 1)
    }

    private mutating func select(_ place: Int, in context: ScreenContext) {
        let layout = self.layout(in: context)
        let count = min(
            self.rankings.names(in: self.list).count, layout.visibleRows(of: self.list))
        self.place = max(0, min(count - 1, place))
    }

    /// Keeps the selection on its queue, or goes to a list that has one.
    private mutating func follow(_ selected: QueueName?) {
        let names = self.rankings.names(in: self.list)
        if let selected, let place = names.firstIndex(of: selected) {
            self.place = place
        } else if names.isEmpty {
            self.place = 0
            self.turnList(by: 1)
        } else {
            self.place = min(self.place, names.count - 1)
        }
    }

    private mutating func clicked(
        row: Int, column: Int, isDouble: Bool, in context: ScreenContext
    ) -> [ScreenEffect] {
        let content = context.content
        let layout = self.layout(in: context)
        for list in List.allCases {
            guard let area = layout.rows(of: list) else { continue }
            let place = content.row + row - area.row
            guard area.contains(row: content.row + row, column: content.column + column),
                self.rankings.names(in: list).indices.contains(place)
            else { continue }
            self.list = list
            self.place = place
            return isDouble ? self.perform(.open, in: context) : []
        }
        return []
    }
}
