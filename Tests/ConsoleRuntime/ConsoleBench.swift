import BrokerLink
import Canvas
import ConsoleRuntime
import CursesTerminal
import Messaging
import Screens
import TestSupport
import Testing

/// A console on a fake link and a fake terminal, in a folder of its own.
@MainActor
struct ConsoleBench {
    let link: FakeLink
    let load = FakeLoad()
    let terminal: FakeTerminal
    let time = ManualTime()
    let folder: TemporaryFolder
    let runtime: ConsoleRuntime

    var auditPath: String { "\(self.folder.path)/state/audit.log" }

    static let orders = SteadyQueue(
        QueueSample(name: "orders", ready: 5, consumers: 1))

    init(
        _ script: FakeLink.Script? = nil, isReadOnly: Bool = false, auditLog: String? = nil,
        contexts: ConsoleContexts = ConsoleContexts(),
        prepare: (TemporaryFolder) throws -> Void = { _ in }
    ) throws {
        var usual = FakeLink.Script()
        usual.samples = [.success(.of([Self.orders], second: 0))]
        usual.count = .success(5)
        self.link = FakeLink(script ?? usual)
        self.terminal = FakeTerminal()
        self.folder = try TemporaryFolder()
        try prepare(self.folder)
        let files = ConsoleFiles(
            themeDirectories: [self.folder.path],
            auditLog: auditLog ?? "\(self.folder.path)/state/audit.log")
        let settings = ConsoleSettings(
            isReadOnly: isReadOnly, time: self.time.timekeeper, files: files)
        self.runtime = ConsoleRuntime(
            link: self.link, load: self.load, terminal: self.terminal,
            themes: ThemeLibrary(directories: files.themeDirectories), settings: settings,
            contexts: contexts)
    }

    /// Runs the console while a test uses it, then quits it.
    @discardableResult
    func run(_ use: () async throws -> Void) async rethrows -> ConsoleEnding {
        async let ending = self.runtime.run()
        try await use()
        self.terminal.press(.control("c"))
        return await ending
    }
}
