import ArgumentParser
import BrokerLink
import Canvas
import ConsoleRuntime
import Messaging
import PlainJSON
import Reports
import Screens
import Transfer

/// `queuetop consume QUEUE`: takes messages and prints them as they come.
struct ConsumeCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "consume", abstract: "Take messages and print them as they come.",
        discussion: """
            It prints each body and a line feed, and acks what was written. It goes on until \
            Ctrl-C, --count or --until-empty. Where no broker runs it takes what the data \
            directory holds and ends.

            --json prints one document a line, as `export` writes it, with is_redelivered.
            """)

    @Argument(help: "The queue.", completion: .queueNames) var name: QueueName
    @Option(name: [.short, .long], help: "End after so many messages.") var count: Int?
    @Flag(help: "End when the queue has no more.") var untilEmpty = false
    @Flag(help: "Let the broker forget each message when it is on its way.") var noAck = false
    @Flag(help: "Put them back at the end; needs --count.") var requeue = false

    @Option(
        help: ArgumentHelp(
            "Where to begin in a stream: first, last, an offset, an age such as 2h, a time.",
            valueName: "place"))
    var from: String?

    @Flag(help: "One JSON document a line for programs.") var json = false
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    /// Messages that may be taken to be put back.
    static let requeuedMax = 10_000

    mutating func validate() throws {
        if let count = self.count, count < 1 {
            throw ValidationError("--count is \(count): give 1 or more.")
        }
        if self.requeue {
            guard !self.noAck else {
                throw ValidationError("--no-ack leaves nothing to requeue: leave one out.")
            }
            guard let count = self.count, count <= Self.requeuedMax else {
                throw ValidationError(
                    "--requeue holds what it takes: add --count, at most \(Self.requeuedMax).")
            }
        }
        if let from = self.from { _ = try StreamPlace.argument(from, .system()) }
    }

    private var settlement: Settlement {
        if self.requeue { return .requeue }
        return self.noAck ? .none : .ack
    }

    func run() async throws {
        let place = try self.from.map { try StreamPlace.argument($0, .system()) }
        let order = ConsumeOrder(
            queue: self.name, settlement: self.settlement, countMax: self.count,
            untilEmpty: self.untilEmpty, from: place)
        let (options, auditor, contexts) = (self.chosenBroker, self.auditor, self.contexts)
        let printer = MessagePrinter(json: self.json)
        await endingOnFailure { () async throws(CommandFailure) in
            let act = AuditedAct.command("consume", order.details)
            switch try BrokerPlace.find(options, contexts) {
            case .stored(let directory):
                let stored = try await StoredBroker.open(directory, host: options.host)
                try await closing({ await stored.close() }) { () async throws(CommandFailure) in
                    let taken = try await auditor.audited(act, broker: "queuetop embedded") {
                        () async throws(CommandFailure) in
                        try await order.take(from: stored.link, printer)
                    } outcome: {
                        Figures.counted($0, "message")
                    }
                    CommandOutput.tell(
                        "\(Figures.counted(taken, "message")); no broker runs on "
                            + "\(try Self.path(options)), so no more will come")
                }
            case .remote(let remote):
                let amqp = try await AMQPSession.open(remote)
                try await closing({ await amqp.close() }) { () async throws(CommandFailure) in
                    _ = try await auditor.restricted(by: remote).audited(
                        act, broker: amqp.name
                    ) {
                        () async throws(CommandFailure) in
                        try await order.take(from: amqp, printer)
                    } outcome: {
                        Figures.counted($0, "message")
                    }
                }
            }
        }
    }

    private static func path(_ options: LinkOptions) throws(CommandFailure) -> String {
        do throws(StartFailure) {
            return try options.dataDirectoryPath()
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// What becomes of messages that are taken.
enum Settlement: String, Sendable {
    case ack, none, requeue
}

/// Which messages to take, and what becomes of them.
struct ConsumeOrder: Sendable {
    var queue: QueueName
    var settlement: Settlement
    var countMax: Int?
    var untilEmpty: Bool
    var from: StreamPlace?

    var details: [AuditedAct.Detail] {
        [.init("queue", self.queue.text), .init("settlement", self.settlement.rawValue)]
    }

    /// Takes what a broker in this process has; nobody can publish more.
    ///
    /// - Returns: How many messages were printed.
    func take(
        from link: any BrokerLink, _ printer: MessagePrinter
    ) async throws(CommandFailure) -> Int {
        let sample = try await asked { () async throws(LinkError) in try await link.sample() }
        let isStream = sample.queues.first { $0.name == self.queue }?.stream != nil
        var pages = QueuePages(
            of: self.queue, on: link, from: self.from, countMax: self.countMax ?? .max)
        var taken = 0
        while !Task.isCancelled {
            let page: [BrowsedMessage]?
            do throws(LinkError) {
                page = try await pages.next()
            } catch {
                throw CommandFailure(error)
            }
            guard let page else { break }
            for browsed in page {
                try printer.print(browsed.message, isRedelivered: browsed.isRedelivered)
            }
            taken += page.count
            // A stream keeps what is read.
            guard self.settlement != .requeue, !isStream else { continue }
            _ = try await asked { () async throws(LinkError) in
                try await link.delete(page.map(\.id), from: self.queue)
            }
        }
        return taken
    }
}

/// Prints taken messages on standard output.
struct MessagePrinter: Sendable {
    let json: Bool

    func print(_ message: Message, isRedelivered: Bool) throws(CommandFailure) {
        if self.json {
            let members =
                MessageLine.members(of: message) + [
                    .init("is_redelivered", .bool(isRedelivered))
                ]
            return try CommandOutput.write([JSON.object(members).compactText])
        }
        guard CommandOutput.isTerminal else {
            return try CommandOutput.write(message.body + [UInt8(ascii: "\n")])
        }
        let lines = String(decoding: message.body, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        try CommandOutput.write(lines.map { VisibleText.of(String($0)) })
    }
}
