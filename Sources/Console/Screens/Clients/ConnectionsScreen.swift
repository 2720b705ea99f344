import BrokerLink
import Canvas
import Messaging

/// All client connections: blocked ones first, then who holds a delivery longest.
package struct ConnectionsScreen: Screen {
    private var feed = ClientFeed()
    private var list = ClientList<ConnectionRow>()

    package init() {}

    package var name: String { "Connections" }

    package mutating func update(
        _ message: ScreenMessage, in context: ScreenContext
    ) -> [ScreenEffect] {
        let page = ClientListLayout<ConnectionColumn>.page(of: context.content)
        switch message {
        case .appeared, .sampled: return self.feed.wanted()
        case .rostered(let result):
            if self.feed.took(result) { self.listAgain(page: page) }
        case .resized: self.list.follow(page: page)
        case .moved(let movement): self.list.move(movement, page: page)
        case .scrolled(let rows): self.list.scroll(rows: rows, page: page)
        case .clicked(let row, let column, let isDouble):
            let layout = self.list.layout(in: context.content)
            guard self.list.click(row: row, column: column, in: layout), isDouble else { break }
            return self.perform(.open, in: context)
        case .promptChanged(.filter, let text), .promptAnswered(.filter, let text),
            .promptCancelled(.filter, let text):
            self.list.setFilter(text, page: page)
        case .promptChanged, .promptAnswered, .promptCancelled, .detailed, .browsed, .purged,
            .deletedQueue, .deletedMessages, .redrove, .loadChanged, .closedConnection,
            .cancelledConsumer:
            break
        }
        return []
    }

    private mutating func listAgain(page: Int) {
        let connections = self.feed.roster?.connections ?? []
        let rates = self.feed.rates
        // A column of dashes says nothing: where the link cannot count, it is left out.
        var hidden: Set<ConnectionColumn> = []
        if connections.allSatisfy({ $0.published.value == nil }) { hidden.insert(.incoming) }
        if connections.allSatisfy({ $0.delivered.value == nil }) { hidden.insert(.outgoing) }
        self.list.take(
            connections.map { ConnectionRow(connection: $0, rates: rates[$0.id]) },
            hiding: hidden, page: page)
    }

    package mutating func giveUp(in context: ScreenContext) -> Bool {
        guard !self.list.filter.text.isEmpty else { return false }
        self.list.setFilter("", page: ClientListLayout<ConnectionColumn>.page(of: context.content))
        return true
    }

    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        var title = "Connections"
        if let connections = self.feed.roster?.connections {
            title += "  \(Figures.count(connections.count))"
            let blocked = connections.count {
                if case .blocked = $0.state { true } else { false }
            }
            if blocked > 0 { title += " · \(Figures.count(blocked)) blocked" }
        }
        self.list.draw(
            into: &canvas, area: area, title: title,
            empty: self.feed.emptyLines("No client is connected.", in: context))
    }
}

extension ConnectionsScreen {
    /// What can be done with connections.
    package enum Action: Hashable, Sendable, CaseIterable {
        case open, close, filter, sortWorst
        case sort(ConnectionColumn)

        package static var allCases: [Action] {
            [.open, .close, .filter, .sortWorst] + ConnectionColumn.allCases.map { .sort($0) }
        }
    }

    package func keyAction(for action: Action, in context: ScreenContext) -> KeyAction {
        switch action {
        case .open: KeyAction([.enter], "open the connection", footer: "open")
        case .close: .closeConnection
        case .filter: .filterClients
        case .sortWorst: .sortWorst
        case .sort(let column): .sort(by: column)
        }
    }

    package func availability(of action: Action, in context: ScreenContext) -> Availability {
        switch action {
        case .filter, .sortWorst, .sort: .available
        case .open:
            self.list.selected == nil
                ? .unavailable(because: "no connection is selected") : .available
        case .close:
            self.list.selected?.connection.closeAvailability
                ?? .unavailable(because: "no connection is selected")
        }
    }

    package mutating func perform(
        _ action: Action, in context: ScreenContext
    ) -> [ScreenEffect] {
        let page = ClientListLayout<ConnectionColumn>.page(of: context.content)
        switch action {
        case .open: return self.list.selected.map { [.open(.connection($0.id))] } ?? []
        case .close:
            return self.list.selected.map {
                [.ask(ClientDialogs.close($0.connection, self.feed.roster, in: context))]
            } ?? []
        case .filter: return [.prompt(.clientFilter(self.list.filter.text))]
        case .sortWorst: self.list.sort(by: .worst, page: page)
        case .sort(let column): self.list.sort(by: .column(column), page: page)
        }
        return []
    }
}
