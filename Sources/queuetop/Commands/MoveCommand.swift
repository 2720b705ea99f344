import ArgumentParser
import BrokerLink
import Messaging
import RabbitMQLink

/// `queuetop move`: carries messages to another queue or another broker.
struct MoveCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Move messages to another queue or another broker.",
        discussion: """
              queuetop move --from orders.dead --to orders
              queuetop move --from orders --to production/orders
              queuetop move --all --to amqp://user@new-host

            Between brokers each message is published with confirm and mandatory, and removed \
            here only after that. Interrupted, a message may be in both queues, never in neither; \
            run it again and it goes on with what is left. What is not known, or was left, is \
            said (exit code 75). The target's queues have to be there: import the definitions \
            first. CC, BCC and user-id are left out, as they would send copies elsewhere or be \
            refused.

            --json prints {"dry_run", "action", "target", "queues"}; a queue has from, to, \
            ready_messages, moved_messages, duplicated_messages, uncertain_messages, \
            missing_messages, source_ready_messages, target_before_messages, \
            target_ready_messages, outcome. What is not known is null.
            """)

    @Option(help: ArgumentHelp("The queue to empty.", valueName: "queue"), completion: .queueNames)
    var from: QueueName?

    @Flag(help: "Every queue that has messages, each to the one of its name.") var all = false

    @Option(
        help: ArgumentHelp(
            "A queue, a queue of another broker, or with --all another broker.",
            valueName: "queue|context/queue|context|url"))
    var to: String

    @Option(
        help: ArgumentHelp(
            "The queue's name at a broker that --to names by its URL. (default: the same)",
            valueName: "queue"))
    var `as`: QueueName?

    @Option(name: [.short, .long], help: "So many messages at most.") var count: Int?
    @OptionGroup var force: ForceOption
    @OptionGroup var act: ActOptions
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    mutating func validate() throws {
        guard (self.from == nil) == self.all else {
            throw ValidationError(
                self.all
                    ? "--from is one queue and --all is every one: leave one out."
                    : "Name a queue with --from, or take --all.")
        }
        guard !self.to.isEmpty else { throw ValidationError("--to is empty: name a queue.") }
        if let count = self.count, count < 1 {
            throw ValidationError("--count is \(count): give 1 or more.")
        }
        if self.all, self.as != nil || self.count != nil {
            throw ValidationError("--all keeps names and takes everything: no --as, no --count.")
        }
    }

    func run() async throws {
        let (act, force) = (self.act, self.force.intrusionMax)
        let (from, count) = (self.from, self.count)
        let target = MoveTarget(
            self.to, as: self.as, from: from, trust: self.chosenBroker.trust,
            self.contexts)
        let contexts = self.contexts
        await endingOnFailure { () async throws(CommandFailure) in try act.requireAnswerable() }
        await self.inSession { session throws(CommandFailure) in
            switch (target, from) {
            case (.queue(let queue), let source?):
                let move = LocalMove(source: source, target: queue, countMax: count, act: act)
                try await move.run(session, force)
            case (.queue(let name), nil):
                throw CommandFailure(
                    .configuration,
                    "--all goes to another broker, and \(name) is neither a context nor a URL.")
            case (.broker(let named, let queue), let source):
                let broker = try named.resolved(by: contexts)
                let amqp = try await AMQPSession.open(broker)
                try await closing({ await amqp.close() }) { () async throws(CommandFailure) in
                    let move = FarMove(
                        session: session, target: amqp, targetName: broker.words,
                        intrusionMax: force, countMax: count ?? .max, act: act)
                    try await move.run(source, to: queue)
                }
            }
        }
    }
}

/// Where messages are moved to.
enum MoveTarget {
    /// A queue of the same broker.
    case queue(QueueName)
    /// Another broker; a nil queue keeps each name.
    case broker(Named, QueueName?)

    /// How another broker was named.
    enum Named {
        case url(RemoteBroker)
        case context(String)

        func resolved(by contexts: NamedContexts) throws(CommandFailure) -> RemoteBroker {
            switch self {
            case .url(let broker): return broker
            case .context(let name):
                let broker = try contexts.broker(named: name)
                guard broker.rules?.isReadOnly != true else {
                    throw CommandFailure(
                        .notAllowed, "The configuration says that \(name) is read-only.")
                }
                return broker
            }
        }
    }

    init(
        _ text: String, as name: QueueName?, from: QueueName?, trust: TrustRoots,
        _ contexts: NamedContexts
    ) {
        if text.contains("://") {
            self = .broker(
                .url(RemoteBroker(origin: .attached(text), trust: trust)),
                name)
            return
        }
        if from == nil, contexts.has(text) {
            self = .broker(.context(text), name)
            return
        }
        // A queue may have a slash in its name: only what is a context is one.
        if let slash = text.firstIndex(of: "/"), contexts.has(String(text[..<slash])) {
            let queue = String(text[text.index(after: slash)...])
            self = .broker(.context(String(text[..<slash])), QueueName(queue))
        } else {
            self = .queue(QueueName(text))
        }
    }
}
