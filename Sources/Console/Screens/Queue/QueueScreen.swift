import BrokerLink
import Canvas
import Messaging

/// One queue: where it is going, how long its messages take, who takes them.
package struct QueueScreen: Screen {
    /// Parts of the screen; `tab` goes through them.
    enum Pane: CaseIterable {
        case summary, consumers, bindings, settings
    }

    let queue: QueueName
    var pane = Pane.summary
    /// The first row in view of each list.
    var firstRows: [Pane: Int] = [:]
    var detail: QueueDetail?
    /// Why the queue's details are missing or old.
    var failure: LinkError?
    /// Whether an answer is awaited, so that a slow broker is not asked ever more.
    private var isDetailAwaited = false
    /// What a replay is to be, while it is asked for.
    var replay: Replay?

    package init(queue: QueueName) { self.queue = queue }

    package var name: String { "Queue" }

    /// Asks for the queue's details with each sample, and scrolls its lists.
    package mutating func update(
        _ message: ScreenMessage, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch message {
        case .appeared, .sampled: return self.detailWanted()
        case .detailed(self.queue, let result):
            self.isDetailAwaited = false
            switch result {
            case .success(let detail):
                self.detail = detail
                self.failure = nil
            case .failure(let error): self.failure = error
            }
        case .deletedQueue(self.queue, .success): return [.back]
        case .purged(self.queue, .success): return self.detailWanted()
        case .moved(let movement): self.moved(movement, in: context)
        case .scrolled(let rows): self.scroll(to: self.firstRow + rows, in: context)
        case .resized: self.scroll(to: self.firstRow, in: context)
        case .clicked(let row, let column, _): self.clicked(row: row, column: column, in: context)
        case .promptAnswered(let subject, let text):
            return self.replayAnswered(subject, text, in: context)
        case .promptCancelled: self.replay = nil
        case .promptChanged, .detailed, .browsed, .purged,
            .deletedQueue, .deletedMessages, .redrove, .loadChanged, .rostered, .closedConnection,
            .cancelledConsumer:
            break
        }
        return []
    }

    private mutating func detailWanted() -> [ScreenEffect] {
        guard !self.isDetailAwaited else { return [] }
        self.isDetailAwaited = true
        return [.work(.detail(self.queue))]
    }
}

extension QueueScreen {
    /// What can be done with the queue.
    package enum Action: Hashable, Sendable, CaseIterable {
        case peek
        case inspectDeadLetters
        case nextPane
        case replay
        case stopReplay
        case breaker
        case purge
        case delete
    }

    /// Its keys; those that change something are upper case.
    package func keyAction(for action: Action, in context: ScreenContext) -> KeyAction {
        switch action {
        case .peek:
            KeyAction(
                [.character("p"), .enter], "look at its messages", footer: "peek", needs: .browse)
        case .inspectDeadLetters:
            KeyAction(
                [.character("r")], "inspect and requeue its dead letters", footer: "dead letters",
                needs: .browse)
        case .nextPane: KeyAction([.tab], "next pane", footer: "pane")
        case .replay:
            KeyAction(
                [.character("c")], "copy from the stream to a queue",
                footer: self.isStream(in: context) ? "copy" : nil, kind: .change,
                needs: .replay)
        case .stopReplay:
            KeyAction(
                [.character("s")], "stop the replay",
                footer: context.replay == nil ? nil : "stop replay")
        case .breaker:
            KeyAction(
                [.character("b")], "open or close its circuit breaker",
                footer: self.breaker(in: context) == nil ? nil : "breaker", kind: .change,
                needs: .circuitBreaker)
        case .purge:
            KeyAction(
                [.character("P")], "purge the queue", footer: "purge", kind: .destructive,
                needs: .purge)
        case .delete:
            KeyAction(
                [.character("D")], "delete the queue", footer: "delete", kind: .destructive,
                needs: .deleteQueue)
        }
    }

    /// Nothing can be done with a queue that is gone but to look at its other panes.
    package func availability(of action: Action, in context: ScreenContext) -> Availability {
        guard let trend = context.history.queue(self.queue) else {
            return action == .nextPane
                ? .available : .unavailable(because: "\(self.queue) is not there any more")
        }
        switch action {
        case .peek, .nextPane, .delete: return .available
        case .breaker:
            return trend.sample.flow.breaker == nil
                ? .unavailable(because: "\(self.queue) has no circuit breaker") : .available
        case .inspectDeadLetters:
            return trend.sample.receivesDeadLetters
                ? .available : .unavailable(because: "\(self.queue) receives no dead letters")
        case .replay:
            if !self.isStream(in: context) {
                return .unavailable(because: "\(self.queue) is no stream")
            }
            return context.replay == nil
                ? .available : .unavailable(because: "a replay is under way; s stops it")
        case .stopReplay:
            return context.replay == nil
                ? .unavailable(because: "no replay is under way") : .available
        case .purge:
            if self.isStream(in: context) {
                return .unavailable(
                    because: "\(self.queue) is a stream, whose messages leave by age or size")
            }
            return trend.sample.mayHaveReady
                ? .available : .unavailable(because: "\(self.queue) has no ready messages")
        }
    }

    private func breaker(in context: ScreenContext) -> BreakerStatus? {
        context.history.queue(self.queue)?.sample.flow.breaker
    }

    /// Goes to the queue's messages, or asks before it changes anything.
    package mutating func perform(_ action: Action, in context: ScreenContext) -> [ScreenEffect] {
        let trend = context.history.queue(self.queue)
        switch action {
        case .peek: return [.open(.messages(self.queue))]
        case .inspectDeadLetters: return [.open(.deadLetters(self.queue))]
        case .nextPane:
            let panes = Pane.allCases
            let place = panes.firstIndex(of: self.pane) ?? 0
            self.pane = panes[(place + 1) % panes.count]
            return []
        case .replay: return [.prompt(self.replayStartPrompt())]
        case .stopReplay: return [.work(.stopReplay)]
        case .breaker: return trend.flatMap { BreakerDialog.ask($0) }.map { [.ask($0)] } ?? []
        case .purge: return trend.map { [.ask(QueueListDialogs.purge([$0]))] } ?? []
        case .delete: return trend.map { [.ask(QueueListDialogs.delete([$0]))] } ?? []
        }
    }
}

extension QueueScreen {
    func isStream(in context: ScreenContext) -> Bool {
        context.history.queue(self.queue)?.sample.stream != nil
    }

    var firstRow: Int { self.firstRows[self.pane, default: 0] }

    private mutating func moved(_ movement: Movement, in context: ScreenContext) {
        let page = self.visibleRows(in: context)
        let last = max(0, self.rowCount(of: self.pane, in: context) - page)
        self.scroll(
            to: movement.index(from: self.firstRow, count: last + 1, page: page), in: context)
    }

    private mutating func scroll(to row: Int, in context: ScreenContext) {
        let last = self.rowCount(of: self.pane, in: context) - self.visibleRows(in: context)
        self.firstRows[self.pane] = max(0, min(last, row))
    }

    private mutating func clicked(row: Int, column: Int, in context: ScreenContext) {
        let content = context.content
        let hit = self.panes(in: context).places.first { place in
            place.area.contains(row: content.row + row, column: content.column + column)
        }
        if let hit { self.pane = hit.pane }
    }

    /// The panes that fit.
    func panes(in context: ScreenContext) -> QueuePanes {
        QueuePanes(
            focus: self.pane, area: context.content,
            isStream: context.history.queue(self.queue)?.sample.stream != nil)
    }

    /// Rows of the focused list that are in view at once.
    private func visibleRows(in context: ScreenContext) -> Int {
        let area = self.panes(in: context).places.first { $0.pane == self.pane }?.area
        let around = self.pane == .settings ? 2 : 3  // The frame, and titles where there are some.
        return max(1, (area?.rows ?? 0) - around)
    }

    private func rowCount(of pane: Pane, in context: ScreenContext) -> Int {
        switch pane {
        case .summary: 0
        case .consumers: self.detail?.consumers.count ?? 0
        case .bindings: self.detail?.bindings.count ?? 0
        case .settings: self.settings(in: context).count
        }
    }
}
