import BrokerLink
import Canvas
import CursesTerminal
import DeadLetters
import LoadTest
import Messaging
import Screens

/// Why a console ended.
package enum ConsoleEnding: Equatable, Sendable {
    case quit
    /// A signal, or the terminal is gone.
    case terminated(TerminalEvent.Termination)
}

/// Carries keys, time and answers to a ``Console``, its canvases to a terminal, and its effects
/// to a link.
///
/// Everything happens on the main actor in one loop over one mailbox; work on the link runs in
/// child tasks of that loop, which end with it. Keys come to the mailbox without leaving the main
/// actor, and samples are made into figures before they come, so that no key waits for another
/// thread or for a long list. It decides nothing about screens.
@MainActor
package final class ConsoleRuntime {
    /// What reaches the loop.
    enum Event: Sendable {
        case terminal(TerminalEvent)
        case message(ConsoleMessage)
        /// What a link answers to work that was begun on it.
        case answered(ContextName, ConsoleMessage)
        case sampleDue(ContextName, turn: Int)
        /// - Parameter probed: Who answered; nil when that was known.
        case sampled(
            ContextName, probed: Result<BrokerIdentity, LinkError>?,
            Result<SampleHistory, LinkError>)
        /// A link was opened, or why not.
        case opened(ContextName, Result<any BrokerLink, ContextFailure>)
        /// A frame that was put off has to be drawn now.
        case frameDue
        /// Nothing more will come from the terminal.
        case terminalEnded
    }

    /// Every link that is open, one beside the other.
    var links: [ContextName: OpenLink]
    /// The one that is shown.
    var shown: ContextName
    /// Those that are being opened.
    var opening: Set<ContextName> = []
    let contexts: ConsoleContexts
    let load: any LoadControl
    let terminal: any Terminal
    let settings: ConsoleSettings
    let themes: ThemeLibrary
    let audit: AuditLog
    var console: Console
    /// Ends the redrive under way; nil when none is.
    var redriveStop: AsyncStream<Never>.Continuation?
    /// Ends the replay under way.
    var replayStop: AsyncStream<Never>.Continuation?
    /// Everything that happens waits here, in order.
    nonisolated let mailbox: AsyncStream<Event>
    nonisolated let post: AsyncStream<Event>.Continuation

    private var frames = FramePacing()
    private var drawn: Canvas?
    var ending: ConsoleEnding?

    package init(
        link: any BrokerLink, load: any LoadControl, terminal: any Terminal,
        themes: ThemeLibrary, settings: ConsoleSettings,
        contexts: ConsoleContexts = ConsoleContexts()
    ) {
        self.contexts = contexts
        self.shown = contexts.start
        self.links = [
            contexts.start: OpenLink(link, refreshSeconds: settings.refreshSeconds)
        ]
        self.load = load
        self.terminal = terminal
        self.settings = settings
        self.themes = themes
        self.audit = AuditLog(path: settings.files.auditLog, now: settings.time.now)
        (self.mailbox, self.post) = AsyncStream.makeStream()
        let size = terminal.size
        self.console = Console(
            context: ScreenContext(
                now: settings.time.now(), utcOffsetSeconds: settings.time.utcOffsetSeconds,
                scenarios: settings.scenarios, isReadOnly: settings.isReadOnly,
                symbols: settings.symbols, refreshSeconds: settings.refreshSeconds,
                themeName: settings.themeName ?? self.themes.names.first ?? "",
                themeNames: self.themes.names, themeProblems: self.themes.problems,
                clientAddress: settings.clientAddress),
            columns: size.columns, rows: size.rows)
        self.console.setContexts(contexts.choices, current: contexts.start)
    }

    /// Shows the console until somebody quits, the terminal ends, or the task is cancelled.
    package func run() async -> ConsoleEnding {
        // Discarding: every sample and timer is a task, and finished ones must not pile up.
        await withDiscardingTaskGroup { tasks in
            self.start(&tasks)
            for await event in self.mailbox {
                self.take(event, &tasks)
                if self.ending != nil { break }
            }
            tasks.cancelAll()
        }
        await self.closeLinks()
        return self.ending ?? .terminated(.requested)
    }

    private func start(_ tasks: inout DiscardingTaskGroup) {
        self.applyTheme(self.console.context.themeName)
        if let notice = self.settings.notice {
            _ = self.console.update(.noticed(Notice(notice)))
        }
        if let problem = self.themes.problems.first {
            let count = self.themes.problems.count
            let others = count == 1 ? "" : " T tells of all \(count) files that are not used."
            _ = self.console.update(.noticed(Notice(problem.sentence + others, .warning)))
        }
        self.draw()  // Before anything is asked of the broker: the first frame waits for nobody.
        self.frames = FramePacing()  // And the first figures do not wait until it was read.
        self.sample(&tasks) { $0.wanted() }
        tasks.addTask { await self.forwardInput() }
        if self.settings.time.isRunning { self.keepClock(&tasks) }
        self.watchLoad(&tasks)
    }

    private func forwardInput() async {
        for await event in self.terminal.input { self.post.yield(.terminal(event)) }
        self.post.yield(.terminalEnded)
    }

    private func take(_ event: Event, _ tasks: inout DiscardingTaskGroup) {
        switch event {
        case .terminal(let event): self.take(event, &tasks)
        case .terminalEnded: self.ending = .terminated(.hungUp)
        case .frameDue: self.draw()
        case .sampleDue(let name, let turn):
            if name == self.shown { self.sample(&tasks) { $0.due(turn: turn) } }
        case .sampled(let name, let probed, let result):
            self.sampled(name, probed, result, &tasks)
            self.drawSoon(&tasks)
        case .opened(let name, let result):
            self.opened(name, result, &tasks)
            self.draw()
        case .answered(let name, let message):
            self.answered(name, message, &tasks)
            self.drawSoon(&tasks)
        case .message(let message):
            self.update(message, &tasks)
            // A frame for the clock alone would double what an idle console costs.
            if case .clock = message, self.samplesWithinASecond { return }
            self.drawSoon(&tasks)
        }
    }

    /// What a person did is drawn at once.
    private func take(_ event: TerminalEvent, _ tasks: inout DiscardingTaskGroup) {
        switch event {
        case .key(let key): self.update(.key(key), &tasks)
        case .mouse(let event): self.update(.mouse(event), &tasks)
        case .pasted(let text): self.update(.pasted(text), &tasks)
        case .suspendRequested: self.update(.key(.control("z")), &tasks)
        case .resized(let columns, let rows):
            self.drawn = nil
            self.update(.resized(columns: columns, rows: rows), &tasks)
        case .continued: self.drawn = nil
        case .terminate(let reason): self.ending = .terminated(reason)
        }
        if self.ending == nil { self.draw() }
    }

    func update(_ message: ConsoleMessage, _ tasks: inout DiscardingTaskGroup) {
        for effect in self.console.update(message) { self.perform(effect, &tasks) }
    }
}

extension ConsoleRuntime {
    /// Draws what has changed.
    func draw() {
        let canvas = self.console.view()
        guard canvas != self.drawn else {
            self.frames.skipped()
            return
        }
        self.frames.drawn(at: Self.uptimeSeconds())
        self.terminal.draw(canvas)
        self.drawn = canvas
    }

    /// Draws data: now, or when the last frame is old enough.
    private func drawSoon(_ tasks: inout DiscardingTaskGroup) {
        switch self.frames.wanted(at: Self.uptimeSeconds()) {
        case .nothing: break
        case .draw: self.draw()
        case .wait(let seconds):
            let post = self.post
            tasks.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                post.yield(.frameDue)
            }
        }
    }

    /// Seconds of a clock that goes on while the console's own time is stopped.
    private static func uptimeSeconds() -> Double {
        let uptime = ContinuousClock.Instant.now - Self.startedAt
        return Double(uptime.components.seconds)
            + Double(uptime.components.attoseconds) / 1_000_000_000_000_000_000
    }

    private static let startedAt = ContinuousClock.Instant.now

    /// Draws everything anew, even what looks the same.
    func applyTheme(_ name: String) {
        guard let theme = self.themes.theme(named: name) else { return }
        self.terminal.setTheme(theme)
        self.drawn = nil
    }
}
