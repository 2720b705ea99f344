import ArgumentParser
import BrokerLink
import ConsoleRuntime
import Messaging
import PlainJSON
import Screens
import Transfer

/// `queuetop publish`: sends messages with confirms.
struct PublishCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish messages, confirmed and mandatory.",
        discussion: """
            The body is an argument, a file, or standard input; with --lines each line is a \
            message. It is over when the broker has taken all; what no queue took is an error.

              queuetop publish --to orders '{"id": 1}'
              queuetop publish --exchange orders.x --routing-key created --lines < bodies.txt

            --json prints {"exchange", "routing_key", "published_messages", \
            "unroutable_messages"}.
            """)

    @Argument(help: "The body; without it a file or standard input is read.") var body: String?
    @OptionGroup(title: "Where to") var route: RouteOptions
    @OptionGroup(title: "Message") var message: MessageOptions

    @Option(
        help: ArgumentHelp("Read the body from a file; - is standard input.", valueName: "file"))
    var file: String?

    @Flag(help: "Each line of the file or of standard input is a message.") var lines = false
    @Option(name: [.short, .long], help: "Publish it so many times.") var count = 1
    @Flag(help: "One JSON document for programs.") var json = false
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    /// Messages that wait for their confirms at one moment.
    private static let batch = 500

    mutating func validate() throws {
        guard (1...10_000_000).contains(self.count) else {
            throw ValidationError("--count is \(self.count): give 1 to 10000000.")
        }
        if self.body != nil, self.file != nil || self.lines {
            throw ValidationError("The body is an argument: leave --file and --lines out.")
        }
        if self.lines, self.count != 1 {
            throw ValidationError("--lines publishes each line once: leave --count out.")
        }
    }

    func run() async throws {
        let properties = try self.message.properties()
        let (target, key) = (ExchangeName(self.route.exchangeName), self.route.key)
        let (body, file, lines, count) = (self.body, self.file, self.lines, self.count)
        let json = self.json
        await self.inPublishSession { session throws(CommandFailure) in
            guard !session.losesTransient || properties.isPersistent else {
                throw CommandFailure(
                    .usage,
                    "No broker runs, so a transient message is gone when this ends: leave "
                        + "--transient out, or start `queuetop serve` first.")
            }
            let input = try InputLines.of(body, file: file, isWhole: !lines)
            let details: [AuditedAct.Detail] = [
                .init("exchange", target.text), .init("routing_key", key),
            ]
            let tally = try await session.audited(.command("publish", details)) {
                () async throws(CommandFailure) in
                var tally = PublishTally()
                var batch: [Message] = []
                while let bytes = try input.next(), !Task.isCancelled {
                    let message = Message(
                        exchange: target, routingKey: key, properties: properties, body: bytes)
                    for _ in 0..<count where !Task.isCancelled {
                        batch.append(message)
                        guard batch.count == Self.batch else { continue }
                        tally.add(await session.sink.publish(exchange(&batch, with: [])))
                        try tally.requireNoFailure()
                    }
                }
                tally.add(await session.sink.publish(batch))
                try tally.requireNoFailure()
                return tally
            } outcome: {
                $0.words
            }
            let document: JSON = [
                "exchange": .text(target.text), "routing_key": .text(key),
                "published_messages": .count(tally.taken),
                "unroutable_messages": .count(tally.unroutable),
            ]
            if json {
                try CommandOutput.conclude(document)
            } else {
                CommandOutput.tell(tally.words)
            }
            guard !Task.isCancelled else {
                throw CommandFailure(
                    .outcomeUnknown,
                    "Stopped by you after \(Figures.counted(tally.taken, "message")).")
            }
            guard tally.unroutable == 0 else {
                throw CommandFailure(
                    .noInput,
                    "No queue took \(Figures.counted(tally.unroutable, "message")): "
                        + (target == .default
                            ? "there is no queue '\(key)'."
                            : "nothing is bound to \(target) with the key '\(key)'."))
            }
        }
    }
}

/// What became of published messages.
struct PublishTally: Sendable {
    private(set) var taken = 0
    private(set) var unroutable = 0
    private var failure: LinkError?
    private var unknown = 0

    mutating func add(_ outcomes: [PublishOutcome]) {
        for outcome in outcomes {
            switch outcome {
            case .taken: self.taken += 1
            case .unroutable: self.unroutable += 1
            case .failed(let error):
                self.failure = self.failure ?? error
                if case .outcomeUnknown = error { self.unknown += 1 }
            }
        }
    }

    var words: String {
        "published \(Figures.counted(self.taken, "message"))"
            + (self.unroutable > 0 ? "; no queue took \(Figures.count(self.unroutable))" : "")
    }

    func requireNoFailure() throws(CommandFailure) {
        guard let failure = self.failure else { return }
        let unknown = self.unknown > 0 ? ", unknown of \(Figures.count(self.unknown))" : ""
        let cause = CommandFailure(failure)
        throw CommandFailure(
            cause.status,
            "\(Sentence.ended("\(cause)")) Published before: "
                + "\(Figures.count(self.taken))\(unknown).")
    }
}
