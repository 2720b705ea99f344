import BrokerLink
import Canvas
import LoadTest
import Messaging

/// The whole console: what is shown, and what every message changes.
///
/// ``update(_:)`` is the only way to change it and answers with effects for the runtime;
/// ``view()`` draws it and changes nothing.
package struct Console: Sendable {
    package internal(set) var context: ScreenContext
    /// Cells of the terminal.
    var columns: Int
    var rows: Int

    var tab = Tab.queues
    /// One screen a tab, in the order of ``Tab``.
    var tabScreens: [any Screen]
    /// What was opened over the tab's screen, the top last.
    var stack: [any Screen] = []
    /// What lies over the screen and takes the keys.
    var overlay: Overlay?

    var board = NoticeBoard()
    /// Runs on while ``ScreenContext/now`` is frozen.
    var wallClock: Timestamp
    /// What the samples said that came while the console was frozen.
    var heldHistory: SampleHistory?
    /// Why the last sample failed; nil while samples come.
    var linkFailure: LinkError?
    /// When the last sample came, by ``wallClock``; nil before the first.
    var sampledAt: Timestamp?

    package init(context: ScreenContext, columns: Int, rows: Int) {
        self.context = context
        self.columns = columns
        self.rows = rows
        self.wallClock = context.now
        self.tabScreens = Tab.allCases.map { $0.makeScreen() }
        self.context.content = ShellLayout(columns: columns, rows: rows).content
    }

    /// Takes in what happened and answers what has to be done about it.
    package mutating func update(_ message: ConsoleMessage) -> [ConsoleEffect] {
        switch message {
        case .key(let key): return self.keyPressed(key)
        case .mouse(let event): return self.mouseUsed(event)
        case .pasted(let text): return self.pasted(text)
        case .resized(let columns, let rows): return self.resized(columns: columns, rows: rows)
        case .clock(let now): self.clockMoved(to: now)
        case .probed(let result): self.probed(result)
        case .sampled(let result): return self.sampled(result)
        case .noticed(let notice): self.show(notice)
        case .contextChanged(let message): return self.contextChanged(message)
        case .loadChanged(let snapshot):
            self.context.load = snapshot
            return self.tellAll(.loadChanged)
        case .detailed(let queue, let result): return self.tellAll(.detailed(queue, result))
        case .browsed(let request, let result): return self.tellAll(.browsed(request, result))
        case .rostered(let result): return self.tellAll(.rostered(result))
        case .closedConnection(let id, let client, let result):
            self.show(Self.notice(ofClosing: client, result))
            return self.tellAll(.closedConnection(id, result)) + [.sample]
        case .cancelledConsumer(let id, let result):
            self.show(
                Self.notice(of: result) {
                    "Cancelled \(id.tag); \($1) \($0 == 1 ? "stays" : "stay") with its channel."
                })
            return self.tellAll(.cancelledConsumer(id, result)) + [.sample]
        case .changedBreaker(let queue, let isOpen, let result):
            self.show(Self.notice(ofBreaker: queue, isOpen: isOpen, result))
            return [.sample]
        case .redrove(let outcome):
            let effects = self.tellAll(.redrove(outcome))
            return outcome.ending == .running ? effects : effects + [.sample]
        case .replayed(let outcome):
            let isRunning = outcome.ending == .running
            self.context.replay = isRunning ? outcome : nil
            self.show(outcome.notice)
            return isRunning ? [] : [.sample]
        case .purged(let queue, let result):
            self.show(Self.notice(of: result) { "Purged \($1) from \(queue)." })
            return self.tellAll(.purged(queue, result)) + [.sample]
        case .deletedQueue(let queue, let result):
            self.show(Self.notice(of: result) { "Deleted \(queue) and \($1) in it." })
            return self.tellAll(.deletedQueue(queue, result)) + [.sample]
        case .deletedMessages(let queue, let result):
            self.show(Self.notice(of: result) { "Deleted \($1) from \(queue)." })
            return self.tellAll(.deletedMessages(queue, result)) + [.sample]
        }
        return []
    }

    /// The screen that has the keys when nothing lies over it.
    var topScreen: any Screen { self.stack.last ?? self.tabScreens[self.tab.rawValue] }

    private static func notice(
        ofBreaker queue: QueueName, isOpen: Bool, _ result: Result<Void, LinkError>
    ) -> Notice {
        switch result {
        case .success:
            Notice(
                isOpen
                    ? "Opened the circuit breaker of \(queue): nothing is delivered."
                    : "Closed the circuit breaker of \(queue): deliveries go on.", .done)
        case .failure(let error): .failure(error)
        }
    }

    private static func notice(
        ofClosing client: String, _ result: Result<Int?, LinkError>
    ) -> Notice {
        switch result {
        case .success(let count?):
            Notice(
                "Closed \(client); \(Figures.counted(count, "message")) returned to "
                    + "\(count == 1 ? "its queue" : "their queues").", .done)
        case .success(nil): Notice("Closed \(client).", .done)
        case .failure(let error): .failure(error)
        }
    }

    private static func notice(
        of result: Result<Int, LinkError>, _ sentence: (_ count: Int, _ messages: String) -> String
    ) -> Notice {
        switch result {
        case .success(let count):
            Notice(sentence(count, Figures.counted(count, "message")), .done)
        case .failure(let error): .failure(error)
        }
    }
}

extension Console {
    private mutating func resized(columns: Int, rows: Int) -> [ConsoleEffect] {
        self.columns = columns
        self.rows = rows
        self.context.content = ShellLayout(columns: columns, rows: rows).content
        return self.tellAll(.resized)
    }

    private mutating func clockMoved(to now: Timestamp) {
        self.wallClock = now
        if !self.context.isFrozen { self.context.now = now }
        self.board.clockMoved(to: now)
    }

    private mutating func probed(_ result: Result<BrokerIdentity, LinkError>) {
        switch result {
        case .success(let identity): self.context.identity = identity
        case .failure(let error): self.linkFailed(error)
        }
    }

    private mutating func sampled(
        _ result: Result<SampleHistory, LinkError>
    ) -> [ConsoleEffect] {
        switch result {
        case .failure(let error):
            self.linkFailed(error)
            return []
        case .success(let history):
            self.sampledAt = self.wallClock
            if self.linkFailure != nil {
                self.linkFailure = nil
                self.show(Notice("Connected again.", .done), of: .link)
            }
            guard !self.context.isFrozen else {
                self.heldHistory = history
                return []
            }
            return self.apply(history)
        }
    }

    mutating func apply(_ history: SampleHistory) -> [ConsoleEffect] {
        self.context.history = history
        return self.tellTop(.sampled)
    }

    /// Says it once; the header goes on to say it until samples come again.
    private mutating func linkFailed(_ error: LinkError) {
        if self.linkFailure == nil { self.show(.failure(error), of: .link) }
        self.linkFailure = error
    }

    mutating func show(_ notice: Notice, of origin: NoticeBoard.Origin = .work) {
        self.board.show(notice, of: origin, at: self.wallClock)
    }
}
