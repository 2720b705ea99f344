import BrokerLink
import Canvas
import DeadLetters
import Messaging

/// The dead letters of all queues, grouped by what they died of, and their way back.
package struct DeadLettersScreen: Screen {
    /// A line of the list.
    enum Row: Equatable {
        case group(DeadLetterGroup)
        case letter(DeadLetter)

        var id: RowID {
            switch self {
            case .group(let group): .group(group.cause)
            case .letter(let letter): .letter(letter.id)
            }
        }
    }

    enum RowID: Hashable, Sendable {
        case group(DeathCause)
        case letter(DeadLetter.ID)
    }

    /// The queue to which the list is narrowed, if it is.
    var focus: QueueName?
    var feed = DeadLetterFeed()
    var filter = TextFilter()
    /// The largest first.
    var groups: [DeadLetterGroup] = []
    var expanded: Set<DeathCause> = []
    var rows: [Row] = []
    /// Only letters are ever marked; marking a group marks its letters.
    var cursor = ListCursor<RowID>()
    /// The letters for which a target queue is being asked.
    var moving: [DeadLetter] = []
    /// What looking costs, while it was asked if it may and nothing has come since.
    var questioned: Intrusion?
    /// The redrive under way.
    var running: RedriveOutcome?

    /// - Parameter focus: A queue whose dead letters alone are shown until `esc`.
    package init(focus: QueueName? = nil) { self.focus = focus }

    package var name: String { "Dead letters" }

    /// Reads the queues, follows a redrive, and moves in the list.
    package mutating func update(
        _ message: ScreenMessage, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch message {
        case .appeared: return self.lookAgain(in: context)
        case .sampled:
            // Where looking costs something, only the person decides to look again.
            return context.identity?.browseIntrusion == Intrusion.none
                ? self.lookAgain(in: context) : []
        case .browsed(let request, let result):
            guard self.feed.browsed(request, result, now: context.now) else { return [] }
            self.rebuild(in: context)
            self.questioned = nil
            if case .failure(.tooIntrusive(let queue, let intrusion)) = result {
                return self.question(request, of: queue, costing: intrusion, in: context)
            }
            // A yes to what costs more than elsewhere was for that look alone.
            let usual = context.identity?.browseIntrusion ?? .none
            self.feed.intrusionMax = min(self.feed.intrusionMax, usual)
            return self.readOn()
        case .redrove(let outcome): return self.redrove(outcome, in: context)
        case .deletedMessages(let queue, .success), .purged(let queue, .success):
            self.feed.rereadWanted([queue])
            return self.readOn()
        case .moved(let movement): self.moved(movement, in: context)
        case .scrolled(let rows):
            let list = self.rows
            self.cursor.scroll(rows: rows, count: list.count, page: self.page(in: context)) {
                list[$0].id
            }
        case .clicked(let row, _, let isDouble):
            return self.clicked(row: row, isDouble: isDouble, in: context)
        case .resized: self.follow(in: context)
        case .promptChanged(.filter, let text), .promptAnswered(.filter, let text),
            .promptCancelled(.filter, let text):
            self.filter = TextFilter(text)
            self.rebuild(in: context)
        case .promptCancelled(.targetQueue, _): self.moving = []
        case .promptAnswered(.targetQueue, let text):
            return self.targetChosen(text, in: context)
        case .promptChanged, .promptAnswered, .promptCancelled, .detailed, .purged, .deletedQueue,
            .deletedMessages, .loadChanged, .rostered, .closedConnection, .cancelledConsumer:
            break
        }
        return []
    }

    /// Gives up the marks, then the filter, then the queue that the list is narrowed to.
    package mutating func giveUp(in context: ScreenContext) -> Bool {
        if !self.cursor.marked.isEmpty {
            self.cursor.clearMarks()
        } else if !self.filter.isEmpty {
            self.filter = TextFilter()
            self.rebuild(in: context)
        } else if self.focus != nil {
            self.focus = nil
            self.rebuild(in: context)
        } else {
            return false
        }
        return true
    }
}

extension DeadLettersScreen {
    /// Rows below the list that say what a requeue would do.
    static func planRows(of content: Area) -> Int { content.rows >= 16 ? 2 : 1 }

    /// Rows of the list: without frame, titles and plan.
    func page(in context: ScreenContext) -> Int {
        max(1, context.content.rows - 3 - Self.planRows(of: context.content))
    }

    /// What is held of the queues that the list is about.
    var heldHere: [QueueName: DeadLetterFeed.Held] {
        guard let focus else { return self.feed.held }
        return self.feed.held.filter { $0.key == focus }
    }

    var selectedRow: Row? {
        self.rows.indices.contains(self.cursor.index) ? self.rows[self.cursor.index] : nil
    }

    /// Groups and lists anew; the selection stays on its group or letter.
    mutating func rebuild(in context: ScreenContext) {
        let filter = self.filter
        let letters = self.heldHere.values.flatMap(\.letters).filter {
            filter.isEmpty || filter.matches($0.searchText)
        }
        self.groups = DeadLetterGroup.grouping(letters)
        self.relist(in: context)
        guard !self.cursor.marked.isEmpty else { return }
        let known = Set(self.groups.lazy.flatMap(\.letters).map(\.id))
        self.cursor.keepMarks { id in
            guard case .letter(let letter) = id else { return false }
            return known.contains(letter)
        }
    }

    /// Lists the groups, and the letters of those that are open.
    mutating func relist(in context: ScreenContext) {
        self.rows = self.groups.flatMap { group -> [Row] in
            let isOpen = self.expanded.contains(group.cause)
            return [.group(group)] + (isOpen ? group.letters.map { .letter($0) } : [])
        }
        self.follow(in: context)
    }

    mutating func follow(in context: ScreenContext) {
        let rows = self.rows
        self.cursor.follow(count: rows.count, page: self.page(in: context)) { rows[$0].id }
    }

    mutating func setExpanded(_ isOpen: Bool, _ cause: DeathCause, in context: ScreenContext) {
        if isOpen { self.expanded.insert(cause) } else { self.expanded.remove(cause) }
        self.relist(in: context)
    }

    private mutating func moved(_ movement: Movement, in context: ScreenContext) {
        switch (movement, self.selectedRow) {
        case (.right, .group(let group)): self.setExpanded(true, group.cause, in: context)
        case (.left, .group(let group)): self.setExpanded(false, group.cause, in: context)
        case (.left, .letter(let letter)):
            // Back to the group that the letter belongs to.
            if let place = self.rows.firstIndex(where: { $0.id == .group(letter.cause) }) {
                self.select(place, in: context)
            }
        default:
            let rows = self.rows
            self.cursor.move(movement, count: rows.count, page: self.page(in: context)) {
                rows[$0].id
            }
        }
    }

    private mutating func select(_ place: Int, in context: ScreenContext) {
        let rows = self.rows
        self.cursor.select(place, count: rows.count, page: self.page(in: context)) { rows[$0].id }
    }

    private mutating func clicked(
        row: Int, isDouble: Bool, in context: ScreenContext
    ) -> [ScreenEffect] {
        let place = self.cursor.firstVisible + row - 2  // Below the frame and the titles.
        guard row >= 2, row - 2 < self.page(in: context), self.rows.indices.contains(place) else {
            return []
        }
        self.select(place, in: context)
        return isDouble ? self.perform(.open, in: context) : []
    }
}

extension DeadLettersScreen {
    /// Compares the queues with what is held of them, and reads what is missing.
    private mutating func lookAgain(in context: ScreenContext) -> [ScreenEffect] {
        let isChanged = self.feed.queuesSampled(context.history.queues, now: context.now)
        if isChanged { self.rebuild(in: context) }
        guard context.availability(of: .browse) == .available else { return [] }
        let intrusion = context.identity?.browseIntrusion ?? .none
        guard self.feed.intrusionMax < intrusion else { return self.readOn() }
        // What may not be looked at is not planned either: the reason stands on the screen.
        guard LookingCost.refusal(intrusion, of: "a queue", in: context) == nil else { return [] }
        self.feed.intrusionMax = intrusion
        guard let first = self.feed.next() else { return [] }
        self.questioned = intrusion
        return [Self.question("the dead-letter queues", first, costing: intrusion)]
    }

    /// Asks for one queue that costs more than the others.
    private mutating func question(
        _ request: BrowseRequest, of queue: QueueName, costing intrusion: Intrusion,
        in context: ScreenContext
    ) -> [ScreenEffect] {
        guard LookingCost.refusal(intrusion, of: "\(queue)", in: context) == nil else { return [] }
        // This list reads by itself, again and again: what may destroy is for one look alone.
        guard intrusion < .mayLose else {
            return [
                .notice(
                    Notice(
                        "\(queue) is not read: looking \(intrusion.consequence). To look once, "
                            + "open its messages, or `queuetop peek --force`.", .warning))
            ]
        }
        let retry = self.feed.retry(request, allowing: intrusion)
        self.questioned = intrusion
        return [Self.question("\(queue)", retry, costing: intrusion)]
    }

    private static func question(
        _ what: String, _ request: BrowseRequest, costing intrusion: Intrusion
    ) -> ScreenEffect {
        .ask(
            Dialog(
                title: "Look into \(what)?",
                lines: ["On this broker, looking \(intrusion.consequence)."], verb: "Look",
                isDestructive: intrusion >= .mayDeadLetter, effects: [.work(.browse(request))]))
    }

    /// Reads everything again, after asking once more where that costs something.
    mutating func reload(in context: ScreenContext) -> [ScreenEffect] {
        self.feed.restart()
        self.feed.intrusionMax = .none
        return self.lookAgain(in: context)
    }

    mutating func readOn() -> [ScreenEffect] {
        self.feed.next().map { [.work(.browse($0))] } ?? []
    }
}

extension DeadLetter {
    /// What the filter looks at.
    fileprivate var searchText: String {
        let message = self.browsed.message
        return [
            self.cause.reasonWord, self.cause.origin?.text ?? "", self.queue.text,
            self.error ?? "", self.cause.explanation,
            Route.text(message.exchange, message.routingKey), message.properties.messageID ?? "",
            String(decoding: message.body, as: UTF8.self),
        ].joined(separator: "\n")
    }
}
