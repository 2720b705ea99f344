import BrokerLink
import Canvas

/// How the shell talks to its screens, and does what they ask.
extension Console {
    /// Where a screen is, so that an effect can be done from there.
    private enum Place {
        case tab(Tab)
        case stack(Int)
    }

    private var topPlace: Place {
        self.stack.isEmpty ? .tab(self.tab) : .stack(self.stack.count - 1)
    }

    mutating func tellTop(_ message: ScreenMessage) -> [ConsoleEffect] {
        let context = self.context
        return self.withTop { $0.update(message, in: context) }
    }

    mutating func withTop(_ change: (inout any Screen) -> [ScreenEffect]) -> [ConsoleEffect] {
        self.with(self.topPlace, change)
    }

    /// Tells every open screen, the top one last so that what it asks for wins.
    mutating func tellAll(_ message: ScreenMessage) -> [ConsoleEffect] {
        let context = self.context
        var effects: [ConsoleEffect] = []
        for tab in Tab.allCases {
            effects += self.with(.tab(tab)) { $0.update(message, in: context) }
        }
        for place in self.stack.indices {
            guard place < self.stack.count else { break }  // An effect may have left screens.
            effects += self.with(.stack(place)) { $0.update(message, in: context) }
        }
        return effects
    }

    private mutating func with(
        _ place: Place, _ change: (inout any Screen) -> [ScreenEffect]
    ) -> [ConsoleEffect] {
        let asked =
            switch place {
            case .tab(let tab): change(&self.tabScreens[tab.rawValue])
            case .stack(let depth): change(&self.stack[depth])
            }
        return self.perform(asked, from: place)
    }

    private mutating func perform(
        _ asked: [ScreenEffect], from place: Place
    ) -> [ConsoleEffect] {
        asked.flatMap { effect -> [ConsoleEffect] in
            switch effect {
            case .open(let destination): return self.go(to: destination)
            case .back:
                guard case .stack(let depth) = place else { return [] }
                self.stack.removeSubrange(min(depth, self.stack.count)...)
                return self.tellTop(.appeared)
            case .ask(let dialog):
                var dialog = dialog.guarded(in: self.context.contexts.shown)
                if self.context.isFrozen {
                    let time = ClockText.time(
                        self.context.now, utcOffsetSeconds: self.context.utcOffsetSeconds)
                    dialog.lines.insert("The screen is frozen: figures are of \(time).", at: 0)
                }
                self.overlay = .dialog(DialogBox(dialog))
            case .prompt(let prompt): self.overlay = .prompt(PromptLine(prompt))
            case .notice(let notice): self.show(notice)
            case .work(let work): return self.admit(work)
            }
            return []
        }
    }

    /// Does what the person said yes to.
    mutating func perform(_ asked: [ScreenEffect]) -> [ConsoleEffect] {
        self.perform(asked, from: self.topPlace)
    }

    /// Lets work through, but nothing that changes the broker in read-only mode.
    private mutating func admit(_ work: ConsoleEffect) -> [ConsoleEffect] {
        if work.changesBroker, let reason = self.context.readOnlyReason {
            self.show(Notice("Nothing was changed: \(reason).", .warning))
            return []
        }
        if let refusal = self.loadRefusal(of: work) {
            self.show(refusal)
            return []
        }
        if case .setTheme(let name) = work { self.context.themeName = name }
        return [work]
    }

    mutating func go(to tab: Tab) -> [ConsoleEffect] {
        self.tab = tab
        self.stack = []
        return self.tellTop(.appeared)
    }

    private mutating func go(to destination: Destination) -> [ConsoleEffect] {
        switch destination {
        case .overview: return self.go(to: Tab.overview)
        case .queues: return self.go(to: Tab.queues)
        case .connections: return self.go(to: Tab.connections)
        case .load: return self.go(to: Tab.load)
        case .deadLetters(let focus):
            self.tabScreens[Tab.deadLetters.rawValue] = Tab.deadLetters.makeScreen(focus: focus)
            return self.go(to: Tab.deadLetters)
        case .queue(let queue): return self.push(QueueScreen(queue: queue))
        case .connection(let id): return self.push(ConnectionScreen(connection: id))
        case .messages(let queue): return self.push(MessagesScreen(queue: queue))
        case .message(let message, let queue):
            return self.push(MessagesScreen(queue: queue, opening: message))
        }
    }

    private mutating func push(_ screen: some Screen) -> [ConsoleEffect] {
        self.stack.append(screen)
        return self.tellTop(.appeared)
    }
}
