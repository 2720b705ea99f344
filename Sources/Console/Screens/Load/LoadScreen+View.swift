import BrokerLink
import Canvas
import LoadTest
import Messaging

extension LoadScreen {
    /// Draws the form, the run's figures, or what can be started.
    package func view(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        canvas.frame(
            area, title: self.title(in: context),
            note: self.note(in: context),
            style: .borderFocused)
        let inner = area.inset(rows: 1, columns: 2)
        if let field = self.field {
            LoadFormView(form: self.form, selected: field).draw(
                into: &canvas, area: inner, symbols: context.symbols)
        } else if context.load.run == 0, context.load.state == .idle {
            self.drawInvitation(into: &canvas, area: inner, in: context)
        } else {
            LoadFigures(
                load: context.load, series: self.series,
                scenario: self.runningScenario(in: context), history: context.history,
                symbols: context.symbols
            ).draw(into: &canvas, area: inner)
        }
    }

    private func title(in context: ScreenContext) -> String {
        if self.field != nil { return "Load  a load of your own" }
        if context.load.run > 0 { return "Load  \(context.load.scenarioName)" }
        return "Load  " + self.chosenName(in: context)
    }

    /// Which run the figures are of, and what would be started next if that is something else.
    private func note(in context: ScreenContext) -> String {
        guard context.load.run > 0 else { return "" }
        let chosen = self.chosenName(in: context)
        let isNext = !context.load.isActive && chosen != context.load.scenarioName
        return "run \(context.load.run)" + (isNext ? " · next: \(chosen)" : "")
    }

    private func chosenName(in context: ScreenContext) -> String {
        self.scenario(in: context)?.name ?? "a load of your own"
    }

    /// What can be done here while nothing has run yet.
    private func drawInvitation(
        into canvas: inout Canvas, area: Area, in context: ScreenContext
    ) {
        var lines: [(key: String, text: String)] = []
        if let scenario = self.scenario(in: context) {
            lines.append((key: "enter", text: "starts \(scenario.name): \(scenario.sentence)"))
        }
        lines.append((key: "c", text: "sets target, payload, rate and consumers of your own"))
        if !context.scenarios.isEmpty {
            lines.append((key: "n", text: "chooses another scenario"))
        }
        lines.append((key: "+ -", text: "change the rate, also while it runs"))
        canvas.put("Nothing runs.", in: area, style: .title)
        var row = 2
        for line in lines {
            canvas.put(line.key, in: area, row: row, style: .accent)
            for part in TextLines.wrapped(line.text, toColumns: area.columns - 7) {
                canvas.put(part, in: area, row: row, column: 7)
                row += 1
            }
        }
        let promise =
            "Messages are planned by the clock: one that is sent late counts as late, "
            + "so a stall of the broker shows in the latencies."
        for part in TextLines.wrapped(promise, toColumns: area.columns) {
            row += 1
            canvas.put(part, in: area, row: row, style: .muted)
        }
    }
}

extension LoadScenario {
    /// Rate, size and consumers in a few words.
    var sentence: String {
        let consumers = Figures.counted(self.consumerCount, "consumer")
        return "\(Figures.rate(self.ratePerSecond)), \(self.bodyText), \(consumers)"
    }

    /// `1.0 kB`, or the smallest and the largest when streams differ.
    var bodyText: String {
        let sizes = self.streams.map(\.body.bytes)
        guard let least = sizes.min(), let most = sizes.max() else { return "no stream" }
        let text = Figures.bytes(UInt64(most))
        return least == most ? text : "\(Figures.bytes(UInt64(least))) to \(text)"
    }

    /// The profile of the stream that sends most.
    var profileText: String {
        let profile = self.streams.map(\.profile).max { $0.ratePerSecond < $1.ratePerSecond }
        switch profile {
        case nil: return Figures.none
        case .constant(let perSecond): return "constant \(Figures.rate(perSecond))"
        case .burst(let perSecond, let peak, _, let every):
            return "\(Figures.rate(perSecond)), bursts of \(Figures.rate(peak)) every "
                + Figures.duration(seconds: every)
        case .ramp(let from, let to, let seconds):
            return "ramp \(Figures.rate(from)) to \(Figures.rate(to)) in "
                + Figures.duration(seconds: seconds)
        }
    }
}
