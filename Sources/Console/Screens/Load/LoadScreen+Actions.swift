import BrokerLink
import Canvas
import LoadTest
import Messaging

extension LoadScreen {
    /// What can be done with a load.
    package enum Action: Hashable, Sendable, CaseIterable {
        case start, stop
        case faster, slower
        case configure
        case edit
        case chooseNext
    }

    /// Its keys; `enter` edits while the form is open, and else starts and stops.
    package func keyAction(for action: Action, in context: ScreenContext) -> KeyAction {
        // `enter` belongs to the form while it is open, and else to starting and stopping.
        let isActive = context.load.isActive
        let isFormOpen = self.field != nil
        switch action {
        case .start:
            return KeyAction(
                isActive ? [] : isFormOpen ? [.character("s")] : [.character("s"), .enter],
                "start the load", footer: isActive ? nil : "start", kind: .change,
                needs: .publish)
        case .stop:
            return KeyAction(
                !isActive ? [] : isFormOpen ? [.character("s")] : [.character("s"), .enter],
                "stop the load", footer: isActive ? "stop" : nil)
        case .faster:
            return KeyAction(
                [.character("+"), .character("=")], "raise the rate", footer: "faster",
                kind: .change)
        case .slower:
            return KeyAction([.character("-")], "lower the rate", footer: "slower", kind: .change)
        case .configure:
            return KeyAction(
                [.character("c")], isFormOpen ? "close the form" : "configure a load of your own",
                footer: isFormOpen ? "close" : "configure")
        case .edit:
            return KeyAction(
                isFormOpen ? [.enter, .character("e")] : [.character("e")], "edit the field",
                footer: isFormOpen ? "edit" : nil)
        case .chooseNext:
            return KeyAction([.character("n")], "choose the next scenario", footer: "scenario")
        }
    }

    /// What can be started, stopped and changed depends on what runs.
    package func availability(of action: Action, in context: ScreenContext) -> Availability {
        let isActive = context.load.isActive
        switch action {
        case .start:
            return isActive ? .unavailable(because: "a load is running") : .available
        case .stop:
            return isActive ? .available : .unavailable(because: "no load is running")
        case .faster, .slower:
            guard let rate = self.rate(in: context) else {
                return .unavailable(
                    because: self.currentChoice(in: context) == .own
                        ? "the form has no valid rate" : "the scenario is not running")
            }
            let next = LoadRate.next(after: rate, isUp: action == .faster)
            return next == nil
                ? .unavailable(because: "\(Figures.rate(rate)) is the limit") : .available
        case .configure: return .available
        case .edit:
            return self.field == nil
                ? .unavailable(because: "no form is open; c opens it") : .available
        case .chooseNext:
            if isActive { return .unavailable(because: "a load is running") }
            return context.scenarios.isEmpty
                ? .unavailable(because: "there is only your own") : .available
        }
    }

    /// Starts, stops and steers the load, or goes through the form.
    package mutating func perform(_ action: Action, in context: ScreenContext) -> [ScreenEffect] {
        switch action {
        case .start: return self.start(in: context)
        case .stop: return [.work(.stopLoad)]
        case .faster: return self.changeRate(isUp: true, in: context)
        case .slower: return self.changeRate(isUp: false, in: context)
        case .configure:
            self.field = self.field == nil ? .exchange : nil
            if self.field != nil { self.choice = .own }
            return []
        case .edit:
            guard let field = self.field else { return [] }
            return [.prompt(self.prompt(for: field, in: context))]
        case .chooseNext:
            self.field = nil
            switch self.currentChoice(in: context) {
            case .offered(let place) where place + 1 < context.scenarios.count:
                self.choice = .offered(place + 1)
            case .offered: self.choice = .own
            case .own: self.choice = .offered(0)
            }
            return []
        }
    }
}

extension LoadScreen {
    /// Starts at once on the embedded broker; elsewhere other people's work may be in the way.
    private mutating func start(in context: ScreenContext) -> [ScreenEffect] {
        guard let scenario = self.scenario(in: context) else {
            let wrong = self.form.firstProblem
            self.field = wrong
            let problem = wrong.flatMap { self.form.problem(with: $0) } ?? ""
            return [
                .notice(
                    Notice("Not started: \(wrong?.title ?? "form"): \(problem).", .warning))
            ]
        }
        self.field = nil
        self.started = scenario
        let effect = ScreenEffect.work(.startLoad(scenario))
        guard let identity = context.identity, !identity.isEmbedded else { return [effect] }
        return [
            .ask(
                Dialog(
                    title: "Start \(scenario.name) on \(identity.address)?",
                    lines: Self.consequences(of: scenario), verb: "Start", isDestructive: false,
                    effects: [effect]))
        ]
    }

    /// What a load does to a broker that others use as well.
    private static func consequences(of scenario: LoadScenario) -> [String] {
        func list(_ names: some Sequence<String>) -> String {
            Set(names).sorted().joined(separator: ", ")
        }
        let targets = list(
            scenario.streams.flatMap { stream in
                // Through the default exchange the key is the queue's name.
                stream.exchange == .default
                    ? stream.variants.map(\.routingKey) : [stream.exchange.text]
            })
        var lines = ["\(Figures.rate(scenario.ratePerSecond)) will be published to \(targets)."]
        if !scenario.consumers.isEmpty {
            lines.append(
                "\(Figures.counted(scenario.consumerCount, "consumer")) will take messages, other "
                    + "people's too, of \(list(scenario.consumers.map(\.queue.text))).")
        }
        let (exchanges, queues) = (scenario.topology.exchanges, scenario.topology.queues)
        if !exchanges.isEmpty || !queues.isEmpty {
            lines.append(
                "\(Figures.counted(exchanges.count, "exchange")) and "
                    + "\(Figures.counted(queues.count, "queue")) are declared where they are "
                    + "missing, and stay.")
        }
        return lines
    }

    /// The rate that `+` and `-` change; nil where they change nothing.
    private func rate(in context: ScreenContext) -> Double? {
        if context.load.isActive {
            return self.rateWanted ?? self.plannedRate(in: context)
        }
        guard self.currentChoice(in: context) == .own else { return nil }
        return self.scenario(in: context)?.ratePerSecond
    }

    /// The rate of the running scenario outside of its bursts.
    private func plannedRate(in context: ScreenContext) -> Double {
        self.runningScenario(in: context)?.ratePerSecond ?? context.load.currentRatePerSecond
    }

    private mutating func changeRate(isUp: Bool, in context: ScreenContext) -> [ScreenEffect] {
        guard let rate = self.rate(in: context),
            let next = LoadRate.next(after: rate, isUp: isUp)
        else { return [] }
        if self.currentChoice(in: context) == .own { self.form[.rate] = "\(Int(next))" }
        guard context.load.isActive else { return [] }
        self.rateWanted = next
        return [.work(.setLoadRate(next))]
    }

    private func prompt(for field: LoadForm.Field, in context: ScreenContext) -> Prompt {
        let isQueue = field == .routingKey || field == .queue
        let names = isQueue ? context.history.queues.map(\.sample.name.text) : []
        return Prompt(
            .field, label: field.title, text: self.form[field], hint: field.hint,
            suggestions: names)
    }
}

/// The rates that `+` and `-` go through: 1, 2, 5, 10, 20, 50 …
package enum LoadRate {
    /// The next rate of the ladder, or nil at its end.
    package static func next(after rate: Double, isUp: Bool) -> Double? {
        isUp
            ? Self.ladder.first { $0 > rate * 1.001 }
            : Self.ladder.last { $0 < rate * 0.999 }
    }

    private static let ladder: [Double] = {
        var steps: [Double] = []
        var decade = 1.0
        while decade <= Double(LoadForm.ratePerSecondMax) {
            steps += [decade, 2 * decade, 5 * decade]
            decade *= 10
        }
        return steps.filter { $0 <= Double(LoadForm.ratePerSecondMax) }
    }()
}
