import BrokerLink
import Canvas
import Messaging

/// All consumers: who holds a delivery longest comes first.
package struct ConsumersScreen: Screen {
    private var feed = ClientFeed()
    private var list = ClientList<ConsumerRow>()

    package init() {}

    package var name: String { "Consumers" }

    package mutating func update(
        _ message: ScreenMessage, in context: ScreenContext
    ) -> [ScreenEffect] {
        let page = ClientListLayout<ConsumerColumn>.page(of: context.content)
        switch message {
        case .appeared, .sampled: return self.feed.wanted()
        case .rostered(let result):
            guard self.feed.took(result) else { break }
            let consumers = self.feed.roster?.consumers ?? []
            self.list.take(
                consumers.map { ConsumerRow(consumer: $0) }, hiding: [], page: page)
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

    package mutating func giveUp(in context: ScreenContext) -> Bool {
        guard !self.list.filter.text.isEmpty else { return false }
        self.list.setFilter("", page: ClientListLayout<ConsumerColumn>.page(of: context.content))
        return true
    }

    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        var title = "Consumers"
        if let consumers = self.feed.roster?.consumers {
            title += "  \(Figures.count(consumers.count))"
            let waiting = consumers.count { !$0.isActive }
            if waiting > 0 { title += " · \(Figures.count(waiting)) waiting" }
        }
        self.list.draw(
            into: &canvas, area: area, title: title,
            empty: self.feed.emptyLines("Nobody consumes.", in: context))
    }
}

extension ConsumersScreen {
    /// What can be done with consumers.
    package enum Action: Hashable, Sendable, CaseIterable {
        case open, connection, cancel, filter, sortWorst
        case sort(ConsumerColumn)

        package static var allCases: [Action] {
            [.open, .connection, .cancel, .filter, .sortWorst]
                + ConsumerColumn.allCases.map { .sort($0) }
        }
    }

    package func keyAction(for action: Action, in context: ScreenContext) -> KeyAction {
        switch action {
        case .open: KeyAction([.enter], "open its queue", footer: "queue")
        case .connection:
            KeyAction([.character("c")], "open its connection", footer: "connection")
        case .cancel:
            KeyAction(
                [.character("D")], "cancel the consumer", footer: "cancel", kind: .destructive,
                needs: .cancelConsumer)
        case .filter: .filterClients
        case .sortWorst: .sortWorst
        case .sort(let column): .sort(by: column)
        }
    }

    package func availability(of action: Action, in context: ScreenContext) -> Availability {
        switch action {
        case .filter, .sortWorst, .sort: .available
        case .open, .connection, .cancel:
            self.list.selected == nil
                ? .unavailable(because: "no consumer is selected") : .available
        }
    }

    package mutating func perform(
        _ action: Action, in context: ScreenContext
    ) -> [ScreenEffect] {
        let page = ClientListLayout<ConsumerColumn>.page(of: context.content)
        let consumer = self.list.selected?.consumer
        switch action {
        case .open: return consumer.map { [.open(.queue($0.queue))] } ?? []
        case .connection: return consumer.map { [.open(.connection($0.id.connection))] } ?? []
        case .cancel: return consumer.map { [.ask(ClientDialogs.cancel($0, in: context))] } ?? []
        case .filter: return [.prompt(.clientFilter(self.list.filter.text))]
        case .sortWorst: self.list.sort(by: .worst, page: page)
        case .sort(let column): self.list.sort(by: .column(column), page: page)
        }
        return []
    }
}
