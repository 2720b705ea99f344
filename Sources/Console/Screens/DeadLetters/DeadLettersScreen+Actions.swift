import BrokerLink
import Canvas
import DeadLetters
import Messaging

extension DeadLettersScreen {
    /// What can be done with groups and dead letters.
    package enum Action: Hashable, Sendable, CaseIterable {
        case open
        case requeue, requeueAll
        case move
        case stop
        case delete
        case mark, markAll
        case filter
        case reload
    }

    /// Its keys; what puts messages back is a change, what deletes them destroys.
    package func keyAction(for action: Action, in context: ScreenContext) -> KeyAction {
        switch action {
        case .open: KeyAction([.enter], "open the group or the message", footer: "open")
        case .requeue:
            KeyAction(
                [.character("r")], "requeue to the queue they died in", footer: "requeue",
                kind: .change, needs: .redrive)
        case .requeueAll:
            KeyAction(
                [.character("a")], "requeue all to the queues they died in", footer: "all",
                kind: .change, needs: .redrive)
        case .move:
            KeyAction(
                [.character("m")], "move to another queue", footer: "move", kind: .change,
                needs: .redrive)
        case .stop: KeyAction([.character("s")], "stop the requeue", footer: "stop")
        case .delete:
            KeyAction(
                [.character("D")], "delete the messages", footer: "delete", kind: .destructive,
                needs: .deleteMessages)
        case .mark: KeyAction([.character(" ")], "mark", footer: "mark")
        case .markAll: KeyAction([.character("*")], "mark all that are shown")
        case .filter: KeyAction([.character("/")], "filter the dead letters", footer: "filter")
        case .reload: KeyAction([.control("r")], "look into the queues again")
        }
    }

    /// One redrive at a time, and only of what is shown.
    package func availability(of action: Action, in context: ScreenContext) -> Availability {
        switch action {
        case .open, .mark:
            return self.selectedRow == nil
                ? .unavailable(because: "nothing is selected") : .available
        case .markAll:
            return self.groups.isEmpty
                ? .unavailable(because: "no dead letter is shown") : .available
        case .requeue, .requeueAll, .move:
            if self.running != nil {
                return .unavailable(because: "a requeue is under way; s stops it")
            }
            return self.groups.isEmpty
                ? .unavailable(because: "no dead letter is shown") : .available
        case .delete:
            return self.chosen.isEmpty
                ? .unavailable(because: "no dead letter is selected") : .available
        case .stop:
            return self.running == nil
                ? .unavailable(because: "no requeue is under way") : .available
        case .filter, .reload: return .available
        }
    }

    /// Opens and marks at once, and asks with a dry run before it moves anything.
    package mutating func perform(_ action: Action, in context: ScreenContext) -> [ScreenEffect] {
        switch action {
        case .open: return self.opened(in: context)
        case .requeue: return self.ask(self.plan(for: self.chosen, in: context), in: context)
        case .requeueAll: return self.ask(self.planForAll(in: context), in: context)
        case .move:
            self.moving = self.chosen
            return [.prompt(self.movePrompt(in: context))]
        case .stop: return [.work(.stopRedrive)]
        case .delete: return [.ask(DeadLetterDialogs.delete(self.chosen))]
        case .mark: self.toggleMark(in: context)
        case .markAll:
            self.cursor.toggleMarks(self.groups.flatMap(\.letters).map { .letter($0.id) })
        case .filter:
            return [
                .prompt(
                    Prompt(
                        .filter, label: "filter", text: self.filter.text,
                        hint: "in cause, route, error, payload; ! excludes"))
            ]
        case .reload: return self.reload(in: context)
        }
        return []
    }

    /// What requeue, move and delete are about: the marked letters, else the selected letter, else
    /// the selected group.
    var chosen: [DeadLetter] {
        let marked = self.cursor.marked
        if !marked.isEmpty {
            return self.groups.flatMap(\.letters).filter { marked.contains(.letter($0.id)) }
        }
        switch self.selectedRow {
        case .group(let group): return group.letters
        case .letter(let letter): return [letter]
        case nil: return []
        }
    }

    private mutating func opened(in context: ScreenContext) -> [ScreenEffect] {
        switch self.selectedRow {
        case .group(let group):
            let isOpen = self.expanded.contains(group.cause)
            self.setExpanded(!isOpen, group.cause, in: context)
            return []
        case .letter(let letter): return [.open(.message(letter.browsed, in: letter.queue))]
        case nil: return []
        }
    }

    private mutating func toggleMark(in context: ScreenContext) {
        let rows = self.rows
        switch self.selectedRow {
        case .group(let group):
            self.cursor.toggleMarks(group.letters.map { .letter($0.id) })
            self.cursor.move(.down, count: rows.count, page: self.page(in: context)) {
                rows[$0].id
            }
        case .letter:
            self.cursor.toggleMark(count: rows.count, page: self.page(in: context)) {
                rows[$0].id
            }
        case nil: break
        }
    }
}

extension DeadLettersScreen {
    /// The plan to put these letters back where they died.
    func plan(for letters: [DeadLetter], in context: ScreenContext) -> RedrivePlan {
        RedrivePlan(for: letters, to: .queueItDiedIn) { context.history.queue($0) != nil }
    }

    /// The plan for everything that is shown; queues of which only the first messages were read are
    /// emptied as a whole, unless a filter says that only those shown are meant.
    private func planForAll(in context: ScreenContext) -> RedrivePlan {
        let letters = self.groups.flatMap(\.letters)
        let sources = Set(letters.map(\.queue))
        let isPartial = sources.contains { self.feed.held[$0]?.hasMore == true }
        guard isPartial, self.filter.isEmpty else { return self.plan(for: letters, in: context) }
        let counts = sources.map { queue in
            (queue, context.history.queue(queue)?.sample.ready ?? 0)
        }
        return RedrivePlan(
            wholeOf: Dictionary(uniqueKeysWithValues: counts), seen: letters, to: .queueItDiedIn
        ) { context.history.queue($0) != nil }
    }

    /// Asks before a plan is carried out, or says why there is nothing to carry out.
    private func ask(_ plan: RedrivePlan, in context: ScreenContext) -> [ScreenEffect] {
        guard plan.count > 0 else {
            let reasons = RedriveText.dryRun(plan).map { $0.drop { $0 == " " } }
            return [
                .notice(
                    Notice("Nothing to requeue: \(reasons.joined(separator: "; ")).", .warning))
            ]
        }
        let notes =
            self.unreadNotes(of: plan, in: context)
            + TargetNotes.lines(for: plan.targets.keys, in: context.history)
        return [.ask(DeadLetterDialogs.requeue(plan, notes: notes))]
    }

    /// What stays because it was not read, of plans that are about single messages.
    private func unreadNotes(of plan: RedrivePlan, in context: ScreenContext) -> [String] {
        guard !plan.coversOnlyPart else { return [] }
        return plan.sources.compactMap { queue in
            guard let held = self.feed.held[queue], held.hasMore else { return nil }
            let depth = context.history.queue(queue)?.sample.depth ?? 0
            let unread = max(0, depth - held.letters.count)
            return "\(Figures.counted(unread, "message")) of \(queue) that were not read stay."
        }
    }

    private func movePrompt(in context: ScreenContext) -> Prompt {
        let sources = Set(self.moving.map(\.queue))
        // Where they died is the likeliest.
        let origins = Set(self.moving.compactMap(\.queueItDiedIn))
        let others = context.history.queues.map(\.sample.name).filter {
            !sources.contains($0) && !origins.contains($0)
        }
        let names =
            origins.filter { context.history.queue($0) != nil && !sources.contains($0) }.sorted()
            + others
        return Prompt(
            .targetQueue, label: "move \(Figures.counted(self.moving.count, "message")) to queue",
            hint: "tab completes", suggestions: names.map(\.text))
    }

    mutating func targetChosen(_ text: String, in context: ScreenContext) -> [ScreenEffect] {
        let letters = self.moving
        self.moving = []
        let target = QueueName(text)
        guard !text.isEmpty else {
            return [.notice(Notice("Nothing was moved: no queue was named.", .warning))]
        }
        guard context.history.queue(target) != nil else {
            return [
                .notice(Notice("Nothing was moved: there is no queue \(target).", .failure))
            ]
        }
        return self.ask(
            RedrivePlan(for: letters, to: .queue(target)) { context.history.queue($0) != nil },
            in: context)
    }

    /// Shows how far a redrive has come; at its end says so, and reads its sources again.
    mutating func redrove(
        _ outcome: RedriveOutcome, in context: ScreenContext
    ) -> [ScreenEffect] {
        if outcome.ending == .running {
            self.running = outcome
            return []
        }
        self.running = nil
        self.cursor.clearMarks()
        self.feed.rereadWanted(outcome.plan.sources)
        return [.notice(Notice(outcome.summary, outcome.level)), .work(.sample)] + self.readOn()
    }
}

extension RedriveOutcome {
    fileprivate var level: Notice.Level {
        if case .failed = self.ending { return .failure }
        return self.isComplete ? .done : .warning
    }
}
