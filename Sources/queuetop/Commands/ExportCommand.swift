import ArgumentParser
import BrokerLink
import Glibc
import Messaging
import PlainJSON
import RabbitMQLink
import Reports
import Screens
import Transfer

/// `queuetop export QUEUE`: writes messages to a file without taking them.
struct ExportCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the messages of a queue to a file.",
        discussion: """
            One JSON document a line, from which `import` makes the same messages: exchange, \
            routing_key, properties, headers (each with name, type, value), body (or \
            body_base64). And how it lies there: position, offset (in a stream, else null), \
            enqueued_at, is_redelivered, is_unacked, body_bytes, is_body_cut, deaths (each with \
            queue, reason, count, first_at, exchange, routing_keys).

            --definitions writes virtual hosts, users, policies, exchanges, queues and bindings \
            instead, as RabbitMQ exports them.
            """)

    @Argument(help: "The queue.", completion: .queueNames) var name: QueueName?

    @Option(
        help: ArgumentHelp(
            "Write the definitions instead, to that file; - is standard output.",
            valueName: "file"))
    var definitions: String?

    @Option(help: ArgumentHelp("The file; without it standard output.", valueName: "file"))
    var to: String?

    @Flag(help: "Replace the file if it is there.") var overwrite = false
    @Option(name: [.short, .long], help: "So many messages at most.") var count: Int?
    @OptionGroup var force: ForceOption
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    mutating func validate() throws {
        if let count = self.count, count < 1 {
            throw ValidationError("--count is \(count): give 1 or more.")
        }
    }

    func run() async throws {
        // The program has the same option, and the parser gives it what stands behind a command.
        let definitions = self.definitions ?? self.root.broker.definitions
        guard (self.name == nil) != (definitions == nil) else {
            CommandFailure(
                .usage, "Name a queue, or a file for the --definitions."
            ).endProgram()
        }
        let to = self.to ?? definitions.flatMap { $0 == "-" ? nil : $0 }
        let (overwrite, force) = (self.overwrite, self.force.intrusionMax)
        let (queue, count) = (self.name, self.count ?? .max)
        let limits = queue == nil ? ManagementLimits.patient : .usual
        await self.inSession(limits: limits) { session throws(CommandFailure) in
            guard let queue else {
                let file = try OutputFile(to, overwrite: overwrite)
                try file.write(try await session.definitions())
                try file.finish()
                return CommandOutput.tell(
                    "exported the definitions" + (to.map { " to \($0)" } ?? ""))
            }
            let total = min(try await session.readyCount(of: queue), count)
            let file = try OutputFile(to, overwrite: overwrite)
            var pages = QueuePages(
                of: queue, on: session.link, countMax: count,
                intrusionMax: session.allowed(force))
            let pace = MovePace(session.time.now())
            var written = 0
            while let page = try await session.next(&pages) {
                for browsed in page {
                    let line = MessageJSON.json(of: browsed).compactText
                    try file.write(Array((line + "\n").utf8))
                }
                written += page.count
                if to != nil {
                    CommandOutput.progress(
                        pace.line(written, of: max(total, written), now: session.time.now()))
                }
                guard !Task.isCancelled else {
                    CommandOutput.endProgress()
                    throw CommandFailure(
                        .outcomeUnknown,
                        "Stopped by you after \(Figures.counted(written, "message")).")
                }
            }
            try file.finish()
            CommandOutput.endProgress()
            CommandOutput.tell(
                "exported \(Figures.counted(written, "message")) of \(queue)"
                    + (to.map { " to \($0)" } ?? ""))
        }
    }
}

extension CommandSession {
    func next(_ pages: inout QueuePages) async throws(CommandFailure) -> [BrowsedMessage]? {
        do throws(LinkError) {
            return try await pages.next()
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// A file that is there as a whole or not at all, or standard output.
final class OutputFile {
    private static let bufferBytes = 262_144

    private let path: String?
    private let file: CInt
    private var buffer: [UInt8] = []
    private var isFinished = false

    /// - Parameter path: Nil is standard output.
    init(_ path: String?, overwrite: Bool) throws(CommandFailure) {
        self.path = path
        guard let path else {
            self.file = STDOUT_FILENO
            return
        }
        guard overwrite || access(path, F_OK) != 0 else {
            throw CommandFailure(
                .cannotCreate, "\(path) is there already. Replace it with --overwrite.")
        }
        // Messages are other people's data: only their owner may look.
        self.file = open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard self.file >= 0 else { throw Self.failure(path) }
    }

    deinit {
        guard let path = self.path, self.file >= 0 else { return }
        close(self.file)
        if !self.isFinished { unlink(path + ".part") }
    }

    func write(_ bytes: [UInt8]) throws(CommandFailure) {
        self.buffer += bytes
        if self.buffer.count >= Self.bufferBytes { try self.flush() }
    }

    /// Writes what is left, and gives the file its name; it is on the disk then.
    func finish() throws(CommandFailure) {
        try self.flush()
        guard let path = self.path else { return }
        guard fsync(self.file) == 0, rename(path + ".part", path) == 0 else {
            throw Self.failure(path)
        }
        self.isFinished = true
    }

    private func flush() throws(CommandFailure) {
        do throws(FileFailure) {
            try exchange(&self.buffer, with: []).writeAll(to: self.file)
        } catch {
            guard self.path != nil || !error.isUnread else { throw .unread }
            throw CommandFailure(
                .cannotCreate, "Cannot write \(self.path ?? "standard output"): \(error.reason).")
        }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(.cannotCreate, "Cannot write \(path): \(FileFailure().reason).")
    }
}
