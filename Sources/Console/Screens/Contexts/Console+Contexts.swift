import BrokerLink
import LoadTest
import Messaging

/// What the runtime says about contexts.
package enum ContextMessage: Sendable {
    /// Its link is being opened; what was shown stays meanwhile.
    case connecting(ContextName)
    /// It is shown from now on, with what is known of it.
    case shown(ContextName, BrokerIdentity?, SampleHistory, clientAddress: String?)
    /// A link was opened for one that is not wanted any more; it stays open.
    case openedBeside(ContextName)
    /// It could not be attached to; `reason` is a sentence.
    case failed(ContextName, reason: String)
    /// Who was to be shown is shown already: nothing else is waited for.
    case stayed
    /// Another context than the one that is shown answers work that was begun on it.
    indirect case elsewhere(ContextName, ConsoleMessage)
}

extension Console {
    /// Says which contexts there are, before anything is shown.
    package mutating func setContexts(_ choices: [ContextChoice], current: ContextName) {
        guard !choices.isEmpty else { return }
        self.context.contexts = ContextState(
            choices: choices, current: current, open: [current])
    }

    mutating func contextChanged(_ message: ContextMessage) -> [ConsoleEffect] {
        switch message {
        case .connecting(let name):
            self.context.contexts.connecting = name
            self.show(Notice("Connecting to \(name) …"))
        case .shown(let name, let identity, let history, let clientAddress):
            self.show(
                name, identity, history, clientAddress: clientAddress)
            return self.tellTop(.appeared)
        case .openedBeside(let name): self.context.contexts.open.insert(name)
        case .failed(let name, let reason):
            if self.context.contexts.connecting == name { self.context.contexts.connecting = nil }
            self.show(Notice("Not attached to \(name): \(reason)", .failure))
        case .stayed: self.context.contexts.connecting = nil
        case .elsewhere(let name, let answer): self.tellOf(answer, from: name)
        }
        return []
    }

    /// Shows another broker: nothing of the one before stays on the screen.
    private mutating func show(
        _ name: ContextName, _ identity: BrokerIdentity?, _ history: SampleHistory,
        clientAddress: String?
    ) {
        self.context.contexts.current = name
        self.context.contexts.open.insert(name)
        self.context.contexts.connecting = nil
        self.context.identity = identity
        self.context.history = history
        self.context.clientAddress = clientAddress
        self.context.replay = nil
        self.context.isFrozen = false
        self.context.now = self.wallClock
        self.heldHistory = nil
        self.linkFailure = nil
        self.overlay = nil
        self.stack = []
        self.tabScreens = Tab.allCases.map { $0.makeScreen() }
        self.show(Notice("Attached to \(name)", .done))
    }

    /// Says how work ended on a broker that is not shown, and nothing else of it.
    private mutating func tellOf(_ answer: ConsoleMessage, from name: ContextName) {
        if case .redrove(let outcome) = answer {
            guard outcome.ending != .running else { return }
            return self.show(Notice("\(name): requeue ended: \(outcome.summary)", .note))
        }
        // The same words as here, made by a console that knows nothing else.
        var other = Console(
            context: ScreenContext(now: self.wallClock), columns: self.columns, rows: self.rows)
        _ = other.update(answer)
        guard let notice = other.board.notice else { return }
        self.show(Notice("\(name): \(notice.text)", notice.level))
    }

    /// Why load cannot be run here; nil when it can.
    ///
    /// The load engine drives the broker of the start, and must not do so unseen.
    func loadRefusal(of work: ConsoleEffect) -> Notice? {
        switch work {
        case .startLoad, .setLoadRate: break
        default: return nil
        }
        let current = self.context.contexts.current ?? .embedded
        let start = self.context.contexts.start ?? .embedded
        guard current != start else { return nil }
        let place = start == .embedded ? "the broker in this process" : "\(start)"
        return Notice(
            "Load runs on \(place) alone, and this is \(current). Switch to \(start) first.",
            .warning)
    }
}
