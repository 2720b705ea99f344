import ArgumentParser
import Glibc

extension Queuetop {
    /// Runs what the command line means, and ends the program with what went wrong.
    static func main() async {
        // Whoever reads standard output may stop reading: that shows when something is written.
        signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            if let mistake = MistypedCommand(words, known: Self.commandNames) {
                throw ValidationError(mistake.sentence)
            }
            let command = try await Self.asyncParseAsRoot(words)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
        } catch {
            Self.end(error, words)
        }
    }

    private static var commands: [any ParsableCommand.Type] {
        self.configuration.subcommands
            + self.configuration.groupedSubcommands.flatMap { $0.subcommands }
    }

    /// What can stand first on the command line, beside options.
    private static var commandNames: [String] {
        self.commands.compactMap { $0.configuration.commandName } + ["help"]
    }

    /// Says what the parser or a command has to say, and ends the program.
    private static func end(_ error: any Error, _ words: [String]) -> Never {
        let (text, status) = (self.text(of: error, words), self.exitCode(for: error))
        guard status.isSuccess else {
            if !text.isEmpty { StandardStream.error.write("\(text)\n") }
            Glibc.exit(status.rawValue)
        }
        do throws(CommandFailure) {
            try CommandOutput.conclude("\(text)\n")
        } catch {
            error.endProgram()
        }
        Glibc.exit(status.rawValue)
    }

    /// What a program says of an error, with the usage of the command that was named.
    ///
    /// The program has some options of its commands itself, so that the parser takes a wrong one
    /// for its own.
    private static func text(of error: any Error, _ words: [String]) -> String {
        let text = self.fullMessage(for: error)
        let hint = "  See 'queuetop --help' for more information."
        guard text.hasSuffix(hint), let name = words.first,
            let command = self.commands.first(where: { $0.configuration.commandName == name })
        else { return text }
        let what = text.split(separator: "\n").prefix { !$0.hasPrefix("Usage: ") }
        return """
            \(what.joined(separator: "\n"))
            Usage: \(self.usageString(for: command))
              See 'queuetop \(name) --help' for more information.
            """
    }
}
