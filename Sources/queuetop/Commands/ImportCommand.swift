import ArgumentParser
import BrokerLink
import ConsoleRuntime
import Messaging
import PlainJSON
import Screens
import Transfer

/// `queuetop import FILE --to QUEUE`: publishes the messages of an export.
struct ImportCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Publish the messages of an export to a queue.",
        discussion: """
            They go through the default exchange with everything they had, but without CC and \
            BCC, which would send copies elsewhere, and without a user-id. A file is looked \
            through before its first message is published.

            --json prints {"dry_run", "action", "queue", "file_messages", "ready_messages"}, and \
            when it was done "published_messages".

            --definitions takes virtual hosts, users, policies, exchanges, queues and bindings \
            instead. Queues and exchanges that are there stay as they are; the rest is replaced. \
            With --dry-run it says what is new and what differs. --json prints {"dry_run", \
            "action", "file", "definitions"}; by kind it has the names of what is new, changed, \
            kept (different, and left so) and unknown (a password), and same_items.
            """)

    @Argument(help: "The file; - is standard input.") var file: String?

    @Option(help: ArgumentHelp("The queue.", valueName: "queue"), completion: .queueNames)
    var to: QueueName?

    @Option(
        help: ArgumentHelp(
            "Take definitions instead, as RabbitMQ exports them.", valueName: "file"))
    var definitions: String?

    @Flag(help: "Purge the queue first; it asks.") var replace = false
    @Flag(help: "Make every message persistent.") var persistent = false

    @Option(help: ArgumentHelp("Leave out so many lines at the start.", valueName: "lines"))
    var skip = 0

    @OptionGroup var act: ActOptions
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    mutating func validate() throws {
        guard self.skip >= 0 else {
            throw ValidationError("--skip is \(self.skip): give 0 or more.")
        }
    }

    func run() async throws {
        // The program has the same option, and the parser gives it what stands behind a command.
        let definitions = self.definitions ?? self.root.broker.definitions
        if let definitions, self.to == nil, self.file == nil {
            return await self.loadDefinitions(definitions)
        }
        guard let to = self.to, let file = self.file, definitions == nil else {
            CommandFailure(
                .usage, "Name a file and a queue with --to, or a file of --definitions."
            ).endProgram()
        }
        let job = ImportJob(
            path: file, queue: to, skip: self.skip, replace: self.replace,
            isPersistent: self.persistent, act: self.act)
        await endingOnFailure { () async throws(CommandFailure) in
            if job.replace { try job.act.requireAnswerable() }
        }
        await self.inPublishSession { session throws(CommandFailure) in
            try await job.run(session)
        }
    }

    private func loadDefinitions(_ path: String) async {
        let act = self.act
        await self.inSession(limits: .patient) { session throws(CommandFailure) in
            try await DefinitionsImport(act: act).run(path, on: session)
        }
    }
}

/// One import of messages.
struct ImportJob: Sendable {
    var path: String
    var queue: QueueName
    var skip: Int
    var replace: Bool
    /// Whether transient messages become persistent.
    var isPersistent: Bool
    var act: ActOptions

    /// Messages and bytes of bodies that wait for their confirms at one moment.
    private static let batchMax = 500
    private static let batchBytes = 8_388_608

    func run(_ session: PublishSession) async throws(CommandFailure) {
        let count = try self.check(session)
        guard let ready = try await session.readyCount(self.queue) else {
            throw CommandFailure(LinkError.queueNotFound(self.queue))
        }
        let document: [JSON.Member] = [
            .init("action", .text("import")), .init("queue", .text(self.queue.text)),
            .init("file_messages", count.map { .count($0) } ?? .null),
            .init("ready_messages", .count(ready)),
        ]
        let words = count.map { Figures.counted($0, "message") } ?? "the messages"
        var plan = ["would import \(words) to \(self.queue), which holds \(Figures.count(ready))"]
        if self.replace {
            plan.insert(
                "would purge \(Figures.counted(ready, "message")) from \(self.queue)", at: 0)
        }
        if self.replace || self.act.dryRun {
            let subject = ActOptions.Subject(
                question:
                    "Purge \(Figures.counted(ready, "message")) from \(self.queue) and import?",
                queue: self.queue, auditor: session.auditor)
            guard try self.act.proceeds(plan, document: document, subject) else {
                return
            }
        }
        if self.replace {
            _ = try await session.audited(.purge(self.queue)) { () async throws(CommandFailure) in
                try await session.purge(self.queue)
            } outcome: {
                Figures.counted($0, "message")
            }
        }
        let details: [AuditedAct.Detail] = [
            .init("queue", self.queue.text), .init("file", self.path),
        ]
        let tally = try await session.audited(.command("import", details)) {
            () async throws(CommandFailure) in
            try await self.publish(session, total: count)
        } outcome: {
            $0.words
        }
        try self.act.report(
            ["imported \(Figures.counted(tally.taken, "message")) to \(self.queue)"],
            document + [.init("published_messages", .count(tally.taken))])
    }

    /// Reads the whole file, so that nothing is published of one that is wrong.
    ///
    /// - Returns: How many messages it has; nil for standard input, which is read only once.
    private func check(_ session: PublishSession) throws(CommandFailure) -> Int? {
        guard self.path != "-" else { return nil }
        let input = try InputLines(path: self.path, whole: false)
        var count = 0
        while let line = try input.next() {
            guard input.lineNumber > self.skip, !line.isEmpty else { continue }
            _ = try self.message(line, input.lineNumber, session)
            guard !Task.isCancelled else {
                throw CommandFailure(.outcomeUnknown, "Stopped by you before the first message.")
            }
            count += 1
        }
        return count
    }

    private func message(
        _ line: [UInt8], _ number: Int, _ session: PublishSession
    ) throws(CommandFailure) -> Message {
        var message = try self.message(line, number)
        if self.isPersistent {
            message.properties.deliveryMode = MessageProperties.DeliveryMode.persistent.rawValue
        }
        guard !session.losesTransient || message.properties.isPersistent else {
            throw CommandFailure(
                .dataError,
                "Line \(number) of \(self.path) is a transient message, which would be gone when "
                    + "this ends, as no broker runs. Add --persistent, or start `queuetop serve`.")
        }
        return message
    }

    private func message(_ line: [UInt8], _ number: Int) throws(CommandFailure) -> Message {
        let reason: String
        do throws(JSONError) {
            let json = try JSON(parsing: line)
            do throws(MessageLineError) {
                return try MessageLine.message(from: json).carried(to: self.queue)
            } catch {
                reason = "\(error)"
            }
        } catch {
            reason = "it is no JSON: \(error)"
        }
        throw CommandFailure(.dataError, "Line \(number) of \(self.path) is no message: \(reason).")
    }

    private func publish(
        _ session: PublishSession, total: Int?
    ) async throws(CommandFailure) -> PublishTally {
        let input = try InputLines(path: self.path, whole: false)
        let pace = MovePace(session.time.now())
        var tally = PublishTally()
        var (batch, bytes) = ([Message](), 0)
        func flush() async throws(CommandFailure) {
            tally.add(await session.sink.publish(batch))
            (batch, bytes) = ([], 0)
            if let total {
                CommandOutput.progress(pace.line(tally.taken, of: total, now: session.time.now()))
            }
            try self.requireWhole(tally)
        }
        while let line = try input.next() {
            guard input.lineNumber > self.skip, !line.isEmpty else { continue }
            batch.append(try self.message(line, input.lineNumber, session))
            bytes += line.count
            guard batch.count == Self.batchMax || bytes >= Self.batchBytes else { continue }
            try await flush()
            guard !Task.isCancelled else {
                CommandOutput.endProgress()
                throw CommandFailure(
                    .outcomeUnknown,
                    "Stopped by you after \(Figures.counted(tally.taken, "message")). "
                        + "Go on with --skip \(input.lineNumber).")
            }
        }
        try await flush()
        CommandOutput.endProgress()
        return tally
    }

    private func requireWhole(_ tally: PublishTally) throws(CommandFailure) {
        try tally.requireNoFailure()
        guard tally.unroutable > 0 else { return }
        CommandOutput.endProgress()
        throw CommandFailure(
            .noInput,
            "\(self.queue) was deleted meanwhile. Published before: "
                + "\(Figures.counted(tally.taken, "message")).")
    }
}
