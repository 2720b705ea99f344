import ArgumentParser
import BrokerLink
import ConsoleRuntime
import Messaging
import Reports
import Screens

/// `queuetop peek QUEUE`: messages as they lie there.
struct PeekCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "peek", abstract: "Look at messages without taking them.",
        discussion: """
            On a broker where looking costs something it is refused unless you add --force.

            --json prints {"at", "broker", "queue", "has_more", "messages"}; \
            \(BrokerIdentity.members) A message is a line of `export`.
            """)

    @Argument(help: "The queue.", completion: .queueNames) var name: QueueName

    @Option(name: [.short, .long], help: "So many messages at most, 1 to 1000.")
    var count = 10

    @Option(
        help: ArgumentHelp(
            "Where to begin in a stream: first, last, an offset, an age such as 2h, a time.",
            valueName: "place"))
    var from: String?

    @Option(help: "Bytes of each body to read.") var bodyBytes = 65_536
    @Flag(help: "Show everything in each message.") var full = false
    @OptionGroup var force: ForceOption
    @OptionGroup var report: ReportOptions
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    mutating func validate() throws {
        guard (1...1_000).contains(self.count) else {
            throw ValidationError("--count is \(self.count): give 1 to 1000.")
        }
        guard (0...Limits.bodyBytesMax).contains(self.bodyBytes) else {
            throw ValidationError(
                "--body-bytes is \(self.bodyBytes): give 0 to \(Limits.bodyBytesMax).")
        }
        if let from = self.from { _ = try StreamPlace.argument(from, .system()) }
    }

    func run() async throws {
        let (report, full) = (self.report, self.full)
        let request = BrowseRequest(
            queue: self.name,
            from: try self.from.map { try StreamPlace.argument($0, .system()) },
            countMax: self.count, bodyBytesMax: self.bodyBytes,
            intrusionMax: self.force.intrusionMax)
        await self.inSession { session throws(CommandFailure) in
            try await report.print(session) { () async throws(CommandFailure) in
                let page = try await session.browse(request)
                if let stop = page.stop { StandardStream.error.write("queuetop: \(stop)\n") }
                if page.messages.isEmpty { try await session.requireUndamaged(request.queue) }
                let peek = PeekReport(page, broker: session.broker, now: session.time.now())
                guard full, !page.messages.isEmpty else {
                    return .init(
                        peek.table, ifEmpty: "No messages in \(request.queue).", json: peek.json)
                }
                return .init(json: peek.json) { peek.fullLines($0) }
            }
        }
    }
}

extension CommandSession {
    /// A queue that shows nothing is not to be taken for empty when its messages cannot be read.
    fileprivate func requireUndamaged(_ queue: QueueName) async throws(CommandFailure) {
        let damages = try await self.sample().damages
        guard let first = damages.first else { return }
        let others = damages.count > 1 ? "; and \(damages.count - 1) more" : ""
        throw CommandFailure(
            .dataError,
            "No messages in \(queue), and the broker has found damaged data, so there may have "
                + "been some: \(first)\(others).")
    }
}

/// Whether looking may do harm.
struct ForceOption: ParsableArguments {
    @Flag(
        help: "Look even where that marks messages redelivered, or may dead-letter or move them.")
    var force = false

    var intrusionMax: Intrusion { self.force ? .worst : .none }
}

extension StreamPlace {
    /// Reads a place as a person types it.
    static func argument(_ text: String, _ time: Timekeeper) throws -> StreamPlace {
        guard
            let place = StreamPlace(
                typed: text, now: time.now(), utcOffsetSeconds: time.utcOffsetSeconds)
        else {
            throw ValidationError(
                "'\(text)' is no place in a stream: first, last, an offset, 2h, 18:30, "
                    + "'2026-11-22 18:30'.")
        }
        return place
    }
}
