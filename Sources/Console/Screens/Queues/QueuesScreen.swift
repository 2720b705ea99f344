import BrokerLink
import Canvas
import Messaging

/// All queues, the worst first: what is stuck, and since when.
package struct QueuesScreen: Screen {
    package enum Action: Hashable, Sendable, CaseIterable {
        case open, peek, requeue, purge, delete
        case mark, markAll, filter
        case sortWorst
        case sort(QueueColumn)

        package static var allCases: [Action] {
            [.open, .peek, .requeue, .purge, .delete, .mark, .markAll, .filter, .sortWorst]
                + QueueColumn.sortable.map { .sort($0) }
        }
    }

    private(set) var order = QueueOrder()
    private(set) var filter = TextFilter()
    private(set) var cursor = ListCursor<QueueName>()
    /// The queues that the filter lets through, in their order.
    private(set) var names: [QueueName] = []
    /// Cells of the longest name.
    private(set) var nameColumns = 0
    /// The listed queue with the worst alarm, if any has one.
    private(set) var worst: QueueName?

    package init() {}

    package var name: String { "Queues" }

    package mutating func update(
        _ message: ScreenMessage, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch message {
        case .appeared, .sampled: self.sortAgain(in: context)
        case .resized: self.follow(in: context)
        case .moved(let movement): self.move(movement, in: context)
        case .clicked(let row, let column, let isDouble):
            return self.clicked(row: row, column: column, isDouble: isDouble, in: context)
        case .scrolled(let rows):
            let names = self.names
            self.cursor.scroll(rows: rows, count: names.count, page: self.page(in: context)) {
                names[$0]
            }
        case .promptChanged(.filter, let text), .promptAnswered(.filter, let text),
            .promptCancelled(.filter, let text):
            self.filter = TextFilter(text)
            self.sortAgain(in: context)
        case .promptChanged, .promptAnswered, .promptCancelled, .detailed, .browsed, .purged,
            .deletedQueue, .deletedMessages, .redrove, .loadChanged, .rostered, .closedConnection,
            .cancelledConsumer:
            break
        }
        return []
    }

    package mutating func giveUp(in context: ScreenContext) -> Bool {
        if !self.cursor.marked.isEmpty {
            self.cursor.clearMarks()
            return true
        }
        guard !self.filter.text.isEmpty else { return false }
        self.filter = TextFilter()
        self.sortAgain(in: context)
        return true
    }

    /// Queues that purge and delete are about: the marked ones, or else the selected one.
    func targets(in context: ScreenContext) -> [QueueTrend] {
        let marked = self.cursor.marked
        let names = marked.isEmpty ? self.cursor.selected.map { [$0] } ?? [] : marked.sorted()
        return names.compactMap { context.history.queue($0) }
    }

    func selectedQueue(in context: ScreenContext) -> QueueTrend? {
        self.cursor.selected.flatMap { context.history.queue($0) }
    }
}

extension QueuesScreen {
    package mutating func perform(
        _ action: Action, in context: ScreenContext
    ) -> [ScreenEffect] {
        let names = self.names
        switch action {
        case .open: return self.cursor.selected.map { [.open(.queue($0))] } ?? []
        case .peek: return self.cursor.selected.map { [.open(.messages($0))] } ?? []
        case .requeue: return self.cursor.selected.map { [.open(.deadLetters($0))] } ?? []
        case .purge: return [.ask(QueueListDialogs.purge(self.targets(in: context)))]
        case .delete: return [.ask(QueueListDialogs.delete(self.targets(in: context)))]
        case .mark:
            self.cursor.toggleMark(count: names.count, page: self.page(in: context)) { names[$0] }
        case .markAll: self.cursor.toggleMarks(names)
        case .filter:
            return [
                .prompt(
                    Prompt(
                        .filter, label: "filter", text: self.filter.text,
                        hint: "!word leaves out"))
            ]
        case .sortWorst: self.sort(by: .worst, in: context)
        case .sort(let column): self.sort(by: .column(column), in: context)
        }
        return []
    }

    private mutating func sort(by key: QueueOrder.Key, in context: ScreenContext) {
        self.order.choose(key)
        self.sortAgain(in: context)
    }

    /// Sorts and filters anew; the selection stays on its queue.
    private mutating func sortAgain(in context: ScreenContext) {
        let listed = self.order.listed(of: context.history.queues, filter: self.filter)
        self.names = listed.names
        self.worst = listed.worst
        self.nameColumns = self.names.reduce(0) { longest, name in
            // A byte takes at most a cell in all but hostile names: few have to be measured.
            name.text.utf8.count <= longest
                ? longest : max(longest, TextWidth.columns(of: name.text))
        }
        self.cursor.keepMarks { context.history.queue($0) != nil }
        self.follow(in: context)
    }

    private mutating func follow(in context: ScreenContext) {
        let names = self.names
        self.cursor.follow(count: names.count, page: self.page(in: context)) { names[$0] }
    }

    private mutating func move(_ movement: Movement, in context: ScreenContext) {
        let names = self.names
        self.cursor.move(movement, count: names.count, page: self.page(in: context)) {
            names[$0]
        }
    }

    private mutating func clicked(
        row: Int, column: Int, isDouble: Bool, in context: ScreenContext
    ) -> [ScreenEffect] {
        let layout = Layout(area: context.content, nameColumns: self.nameColumns)
        if row == layout.titleRow {
            let place = layout.table.places.first {
                ($0.start..<$0.start + $0.width).contains(column - layout.tableColumn)
            }
            if let clicked = place?.column.id, QueueColumn.sortable.contains(clicked) {
                self.sort(by: .column(clicked), in: context)
            }
            return []
        }
        let place = self.cursor.firstVisible + row - layout.firstRow
        guard (0..<layout.page).contains(row - layout.firstRow),
            self.names.indices.contains(place)
        else { return [] }
        let names = self.names
        self.cursor.select(place, count: names.count, page: layout.page) { names[$0] }
        return isDouble ? [.open(.queue(names[place]))] : []
    }
}
