import BrokerLink
import Canvas
import Messaging

/// One connection: who it is, what it consumes, and what goes with it.
package struct ConnectionScreen: Screen {
    /// Parts of the screen; `tab` goes through them.
    enum Pane: CaseIterable {
        case summary, consumers, queues, client
    }

    let id: ConnectionID
    var pane = Pane.summary
    var feed = ClientFeed()
    var consumers = ClientList<ConsumerRow>()
    /// The first row in view of the lists without a selection.
    var firstRows: [Pane: Int] = [:]

    package init(connection: ConnectionID) { self.id = connection }

    package var name: String { "Connection" }

    /// Asks for the roster with each sample, and moves in its lists.
    package mutating func update(
        _ message: ScreenMessage, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch message {
        case .appeared, .sampled: return self.feed.wanted()
        case .rostered(let result):
            guard self.feed.took(result) else { break }
            let consumers = self.feed.roster?.consumers.filter { $0.id.connection == self.id } ?? []
            self.consumers.take(
                consumers.map { ConsumerRow(consumer: $0) }, hiding: [.client],
                page: self.page(in: context))
        case .closedConnection(self.id, .success): return [.back]
        case .moved(let movement): self.moved(movement, in: context)
        case .scrolled(let rows): self.scrolled(rows: rows, in: context)
        case .clicked(let row, let column, let isDouble):
            return self.clicked(row: row, column: column, isDouble: isDouble, in: context)
        case .resized: self.consumers.follow(page: self.page(in: context))
        case .closedConnection, .promptChanged, .promptAnswered, .promptCancelled, .detailed,
            .browsed, .purged, .deletedQueue, .deletedMessages, .redrove, .loadChanged,
            .cancelledConsumer:
            break
        }
        return []
    }

    var connection: ClientConnection? { self.feed.connection(self.id) }
}

extension ConnectionScreen {
    /// What can be done with a connection.
    package enum Action: Hashable, Sendable, CaseIterable {
        case open, nextPane, close
    }

    package func keyAction(for action: Action, in context: ScreenContext) -> KeyAction {
        switch action {
        case .open:
            KeyAction([.enter], "open the queue of the selected consumer", footer: "queue")
        case .nextPane: KeyAction([.tab], "next pane", footer: "pane")
        case .close: .closeConnection
        }
    }

    package func availability(of action: Action, in context: ScreenContext) -> Availability {
        switch action {
        case .nextPane: return .available
        case .open:
            return self.consumers.selected == nil
                ? .unavailable(because: "the connection has no consumer") : .available
        case .close:
            guard let connection = self.connection else {
                return .unavailable(
                    because: self.feed.roster == nil
                        ? "the broker has not answered yet" : "the connection is gone")
            }
            return connection.closeAvailability
        }
    }

    package mutating func perform(
        _ action: Action, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch action {
        case .open: return self.consumers.selected.map { [.open(.queue($0.consumer.queue))] } ?? []
        case .nextPane:
            let panes = Pane.allCases
            let place = panes.firstIndex(of: self.pane) ?? 0
            self.pane = panes[(place + 1) % panes.count]
            return []
        case .close:
            return self.connection.map {
                [.ask(ClientDialogs.close($0, self.feed.roster, in: context))]
            } ?? []
        }
    }
}

extension ConnectionScreen {
    /// The list that movement is for: the consumers, where they share the screen with the summary.
    private func moving(in context: ScreenContext) -> Pane {
        guard self.pane == .summary else { return self.pane }
        let panes = ConnectionPanes(focus: self.pane, area: context.content)
        return panes.area(of: .consumers) == nil ? .summary : .consumers
    }

    private mutating func moved(_ movement: Movement, in context: ScreenContext) {
        let pane = self.moving(in: context)
        if pane == .consumers {
            self.consumers.move(movement, page: self.page(in: context))
        } else {
            let page = self.visibleRows(of: pane, in: context)
            let last = max(0, self.lines(of: pane, in: context).count - page)
            self.firstRows[pane] = movement.index(
                from: self.firstRows[pane, default: 0], count: last + 1, page: page)
        }
    }

    private mutating func scrolled(rows: Int, in context: ScreenContext) {
        let pane = self.moving(in: context)
        if pane == .consumers {
            self.consumers.scroll(rows: rows, page: self.page(in: context))
        } else {
            let last =
                self.lines(of: pane, in: context).count - self.visibleRows(of: pane, in: context)
            self.firstRows[pane] = max(0, min(last, self.firstRows[pane, default: 0] + rows))
        }
    }

    private mutating func clicked(
        row: Int, column: Int, isDouble: Bool, in context: ScreenContext
    ) -> [ScreenEffect] {
        let (row, column) = (context.content.row + row, context.content.column + column)
        let panes = ConnectionPanes(focus: self.pane, area: context.content)
        guard let hit = panes.places.first(where: { $0.area.contains(row: row, column: column) })
        else { return [] }
        self.pane = hit.pane
        guard hit.pane == .consumers else { return [] }
        let layout = self.consumers.layout(in: hit.area)
        let isRow = self.consumers.click(
            row: row - hit.area.row, column: column - hit.area.column, in: layout)
        return isRow && isDouble ? self.perform(.open, in: context) : []
    }

    /// Rows of consumers that fit.
    private func page(in context: ScreenContext) -> Int {
        let panes = ConnectionPanes(focus: .consumers, area: context.content)
        return ClientListLayout<ConsumerColumn>.page(
            of: panes.area(of: .consumers) ?? context.content)
    }

    private func visibleRows(of pane: Pane, in context: ScreenContext) -> Int {
        let panes = ConnectionPanes(focus: pane, area: context.content)
        return max(1, (panes.area(of: pane)?.rows ?? 0) - 2)
    }
}
