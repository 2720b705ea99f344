import BrokerLink
import Canvas
import DeadLetters
import Messaging

extension DeadLettersScreen {
    /// Draws groups and letters, and below them what a requeue would do.
    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        canvas.frame(
            area, title: self.title(in: context), note: self.note(in: context),
            style: .borderFocused)
        let inner = area.inset(rows: 1, columns: 1)
        let (list, plan) = inner.splitBottom(Self.planRows(of: area))
        if self.rows.isEmpty {
            self.drawReason(into: &canvas, area: list.inset(rows: 0, columns: 1), in: context)
        } else {
            self.drawRows(into: &canvas, area: list, in: context)
        }
        self.drawPlan(into: &canvas, area: plan.inset(rows: 0, columns: 1), in: context)
    }

    private func title(in context: ScreenContext) -> String {
        let shown = self.groups.reduce(0) { $0 + $1.count }
        let queues = self.feed.held.filter { !$0.value.letters.isEmpty }.keys
        var parts = ["Dead letters  \(self.feed.isUnread ? Figures.none : Figures.count(shown))"]
        if let focus = self.focus {
            parts[0] += " in \(focus)"
        } else if !queues.isEmpty {
            parts[0] += " in \(Figures.counted(queues.count, "queue"))"
        }
        if !self.filter.isEmpty { parts.append("filter \(self.filter.text)") }
        if !self.cursor.marked.isEmpty {
            parts.append("\(Figures.count(self.cursor.marked.count)) marked")
        }
        return parts.joined(separator: " · ")
    }

    /// What is not shown, how old the picture is where it is not kept fresh, or how many die.
    private func note(in context: ScreenContext) -> String {
        let stale = [self.partialPhrase(in: context), self.agePhrase(in: context)]
            .compactMap { $0 }
        guard stale.isEmpty else { return stale.joined(separator: " · ") }
        // Brokers other than this one do not count deaths.
        guard let perSecond = context.history.totalRates?.deadLetteredPerSecond else { return "" }
        return "+" + Figures.count(Int((perSecond * 60).rounded())) + "/min"
    }

    /// Such as `read 5m 04s ago, now 1,204: ^r`, where only the person decides to look again.
    private func agePhrase(in context: ScreenContext) -> String? {
        let held = self.heldHere
        let oldest = held.values.filter { !$0.letters.isEmpty }.compactMap(\.readFromHeadAt).min()
        guard context.identity?.browseIntrusion ?? .none > .none, let oldest else { return nil }
        let age = max(0, context.now.microseconds(since: oldest))
        let depth = held.keys.reduce(0) { $0 + (context.history.queue($1)?.sample.depth ?? 0) }
        let isOther = depth != held.values.reduce(0) { $0 + $1.depth }
        return "read \(Figures.duration(microseconds: age)) ago"
            + (isOther ? ", now \(Figures.count(depth)): ^r" : "")
    }

    /// Such as `first 2,000 of 60,000 in orders.dead`; nil when all were read.
    private func partialPhrase(in context: ScreenContext) -> String? {
        let partial = self.heldHere.filter(\.value.hasMore)
        guard let first = partial.keys.first else { return nil }
        let read = partial.values.reduce(0) { $0 + $1.letters.count }
        let there = partial.keys.reduce(0) {
            $0 + (context.history.queue($1)?.sample.depth ?? 0)
        }
        let queues = partial.count == 1 ? "\(first)" : "\(partial.count) queues"
        return "first \(Figures.count(read)) of \(Figures.count(there)) in \(queues)"
    }

    private func drawReason(
        into canvas: inout Canvas, area: Area, in context: ScreenContext
    ) {
        for (row, line) in self.reasonLines(in: context).enumerated() {
            let parts = TextLines.wrapped(line.text, toColumns: area.columns)
            canvas.put(parts.first ?? "", in: area, row: row * 2, style: line.style)
            canvas.put(parts.dropFirst().first ?? "", in: area, row: row * 2 + 1, style: line.style)
        }
    }

    /// Why nothing is listed.
    private func reasonLines(in context: ScreenContext) -> [(text: String, style: Style)] {
        if case .unavailable(let reason) = context.availability(of: .browse) {
            return [("The dead letters cannot be shown: \(reason).", .danger)]
        }
        let cost = context.identity?.browseIntrusion ?? .none
        if let refusal = LookingCost.refusal(cost, of: "the dead-letter queues", in: context) {
            return [(refusal.description, .warning)]
        }
        if let questioned { return [(LookingCost.hint(questioned), .warning)] }
        if let failure = self.heldHere.values.lazy.compactMap(\.failure).first {
            return [(failure.description, .danger)]
        }
        if self.feed.isReading { return [("Looking into the dead-letter queues …", .muted)] }
        if !self.filter.isEmpty {
            let unread = self.partialPhrase(in: context)
            return unread.map {
                [("No dead letter among the \($0) matches \(self.filter.text).", .warning)]
            } ?? [("No dead letter matches \(self.filter.text).", .muted)]
        }
        return [
            ("No dead letters.", .good),
            ("A queue with x-dead-letter-exchange sends its failed messages here.", .muted),
        ]
    }

    private func drawRows(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        let shown = self.groups.reduce(0) { $0 + $1.count }
        let since =
            self.groups.map(\.firstDiedAt).filter { $0 != DeadLetter.neverTold }.min()
            ?? context.now
        let lines = DeadLetterLines(
            columns: area.columns, symbols: context.symbols, now: context.now, since: since,
            shown: shown, hasErrors: self.groups.contains { $0.cause.signature != nil })
        let (titles, list) = area.splitTop(1)
        lines.drawTitles(into: &canvas, area: titles)
        let visible = self.rows.dropFirst(self.cursor.firstVisible).prefix(list.rows)
        for (offset, row) in visible.enumerated() {
            let line = Area(
                row: list.row + offset, column: list.column, rows: 1, columns: list.columns)
            let isSelected = self.cursor.firstVisible + offset == self.cursor.index
            switch row {
            case .group(let group):
                let marked = self.cursor.marked
                let markedCount =
                    marked.isEmpty ? 0 : group.letters.count { marked.contains(.letter($0.id)) }
                lines.draw(
                    group, isOpen: self.expanded.contains(group.cause), markedCount: markedCount,
                    isSelected: isSelected, into: &canvas, area: line)
            case .letter(let letter):
                lines.draw(
                    letter, isMarked: self.cursor.marked.contains(.letter(letter.id)),
                    isSelected: isSelected, into: &canvas, area: line)
            }
            if isSelected { canvas.restyle(line) { $0 = .selected } }
        }
    }

    /// What requeue would do with the selection, or how far the redrive under way has come.
    private func drawPlan(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        if let running = self.running {
            let gauge = max(0, min(30, area.columns - 40))
            let share = Double(running.report.moved) / Double(max(1, running.plan.count))
            let text = Gauge.text(fraction: share, columns: gauge, symbols: context.symbols)
            canvas.put("\(text) \(running.summary)", in: area, style: .accent)
            return
        }
        let chosen = self.chosen
        guard !chosen.isEmpty else { return }
        let plan = self.plan(for: chosen, in: context)
        let phrases = RedriveText.dryRun(plan).map { String($0.drop { $0 == " " }) }
        let what =
            self.cursor.marked.isEmpty ? "" : "marked "
        let text =
            "r requeues \(what)\(Figures.count(chosen.count)): \(phrases.joined(separator: "; "))"
        let style = plan.unroutable == 0 ? Style.muted : .warning
        let lines =
            area.rows > 1
            ? TextLines.wrapped(text, toColumns: area.columns)
            : [TextWidth.truncated(text, toColumns: area.columns)]
        for (row, line) in lines.prefix(area.rows).enumerated() {
            canvas.put(line, in: area, row: row, style: style)
        }
    }
}
