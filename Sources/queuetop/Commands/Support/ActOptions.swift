import ArgumentParser
import PlainJSON

/// Whether something is really done: first it is shown, then asked for.
struct ActOptions: ParsableArguments {
    @Flag(help: "Show what would be done, and do nothing.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do it without asking.")
    var yes = false

    @Flag(help: "One JSON document for programs.")
    var json = false

    /// Refuses where an answer is needed and cannot be given; before anything is opened.
    func requireAnswerable() throws(CommandFailure) {
        guard !self.dryRun, !self.yes, !CommandOutput.inputIsTerminal else { return }
        throw CommandFailure(
            .usage,
            "This asks for confirmation, and standard input is no terminal: nothing was done. "
                + "Look first with --dry-run, then add --yes.")
    }

    /// Shows what is going to happen and asks.
    ///
    /// - Parameters:
    ///   - plan: For people, line by line.
    ///   - document: The same for programs; printed by a dry run with `--json`.
    ///   - question: Such as `Purge 5 messages from orders?`.
    /// - Returns: Whether to do it; false after a dry run.
    /// - Throws: When the person says no.
    func proceeds(
        _ plan: [String], document: [JSON.Member], question: String
    ) throws(CommandFailure) -> Bool {
        if self.dryRun {
            if self.json {
                try CommandOutput.write(.object([.init("dry_run", .bool(true))] + document))
            } else {
                try CommandOutput.write(plan)
            }
            return false
        }
        if self.yes { return true }
        for line in plan { CommandOutput.tell(line) }
        StandardStream.error.write("\(question) [y/N] ")
        let answer = readLine()?.lowercased()
        guard answer == "y" || answer == "yes" else {
            throw CommandFailure(.notAllowed, "Nothing was done.")
        }
        return true
    }

    /// Says what was done.
    func report(_ line: String, _ document: [JSON.Member]) throws(CommandFailure) {
        guard self.json else { return try CommandOutput.write([line]) }
        try CommandOutput.write(.object([.init("dry_run", .bool(false))] + document))
    }
}
