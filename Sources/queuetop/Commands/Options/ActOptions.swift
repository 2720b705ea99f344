import ArgumentParser
import Messaging
import PlainJSON

/// Whether something is really done: first it is shown, then asked for.
struct ActOptions: ParsableArguments {
    @Flag(help: "Show what would be done, and do nothing.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do it without asking; not in a protected context.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            """
            Do it without asking, in a protected context too, if that is the queue's name (with \
            --all the context's).
            """, valueName: "name"))
    var confirm: String?

    @Flag(help: "One JSON document for programs.")
    var json = false

    /// Refuses where an answer is needed and cannot be given; before anything is opened.
    func requireAnswerable() throws(CommandFailure) {
        guard !self.dryRun, !self.yes, self.confirm == nil, !CommandOutput.inputIsTerminal
        else { return }
        throw CommandFailure(
            .usage,
            "This asks for confirmation, and standard input is no terminal: nothing was done. "
                + "Look first with --dry-run, then add --yes, or --confirm with the name in a "
                + "protected context.")
    }

    /// Shows what is going to happen and asks.
    ///
    /// - Parameters:
    ///   - plan: For people, line by line.
    ///   - document: The same for programs; printed by a dry run with `--json`.
    ///   - subject: What is asked, and what it is about.
    /// - Returns: Whether to do it; false after a dry run.
    /// - Throws: When nothing may be changed there, after a dry run too, or the person says no.
    func proceeds(
        _ plan: [String], document: [JSON.Member], _ subject: Subject
    ) throws(CommandFailure) -> Bool {
        if self.dryRun {
            if self.json {
                try CommandOutput.conclude(.object([.init("dry_run", .bool(true))] + document))
            } else {
                try CommandOutput.conclude(plan)
            }
            if let refusal = subject.auditor.refusal {
                throw CommandFailure(.notAllowed, "It would be refused: \(refusal).")
            }
            return false
        }
        if let refusal = subject.auditor.refusal {
            throw CommandFailure(.notAllowed, "Nothing was done: \(refusal).")
        }
        if let confirm {
            try subject.requireConfirmed(by: confirm)
            return true
        }
        let protected = subject.protectedName
        if protected == nil, self.yes { return true }
        guard CommandOutput.inputIsTerminal else { throw subject.unanswerable }
        for line in plan { CommandOutput.tell(line) }
        StandardStream.error.write(subject.prompt)
        let answer = readLine() ?? ""
        let isYes = protected.map { $0 == answer } ?? ["y", "yes"].contains(answer.lowercased())
        guard isYes else { throw CommandFailure(.notAllowed, "Nothing was done.") }
        return true
    }

    /// Says what was done.
    func report(
        _ lines: [String], _ document: [JSON.Member]
    ) throws(CommandFailure) {
        guard self.json else { return try CommandOutput.conclude(lines) }
        try CommandOutput.conclude(.object([.init("dry_run", .bool(false))] + document))
    }
}

extension ActOptions {
    /// What a person is asked about, and whose name stands for it.
    struct Subject {
        /// Such as `Purge 5 messages from orders?`.
        var question: String
        /// Nil when it is about several.
        var queue: QueueName?
        /// Knows what may be done to that broker.
        var auditor: Auditor

        /// Of the context that it happens in; nil in none.
        private var rules: ContextRules? { self.auditor.rules }

        /// What has to be typed before it is done; nil where yes is enough.
        var protectedName: String? {
            guard let rules, rules.isProtected else { return nil }
            return self.queue?.text ?? rules.name
        }

        fileprivate var prompt: String {
            guard let rules, let name = self.protectedName else { return "\(self.question) [y/N] " }
            return "\(self.question) \(rules.name) is protected: type \(name) to go on: "
        }

        fileprivate func requireConfirmed(by name: String) throws(CommandFailure) {
            guard let expected = self.queue?.text ?? self.rules?.name else {
                throw CommandFailure(
                    .usage,
                    "--confirm takes the name of a context here, and this is none: say --yes.")
            }
            guard name == expected else {
                throw CommandFailure(
                    .notAllowed,
                    "Nothing was done: --confirm says \(name), and this is about \(expected).")
            }
        }

        /// Nobody sits there to type.
        fileprivate var unanswerable: CommandFailure {
            guard let rules, let name = self.protectedName else {
                return CommandFailure(
                    .usage, "This asks for confirmation, and standard input is no terminal.")
            }
            return CommandFailure(
                .usage,
                "Nothing was done: \(rules.name) is protected, where --yes is not enough. Look "
                    + "first with --dry-run, then add --confirm \(name).")
        }
    }
}
