import ArgumentParser
import Settings

/// Lists the brokers that the configuration names.
struct ContextsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contexts", abstract: "List the brokers that the configuration names.",
        discussion: """
            --json prints an array; each has name, url, management_url, vhost, user, colour, \
            is_read_only, is_protected, is_current. What nobody said is null.
            """)

    @OptionGroup var configuration: ConfigurationOptions

    @Flag(help: "Print a JSON array instead of a table.")
    var json = false

    func run() throws {
        let settings = self.configuration.source().readOrExit()
        let table = ContextTable(settings.contexts, current: settings.currentContext)
        do throws(CommandFailure) {
            try CommandOutput.conclude(self.json ? table.json : table.text)
        } catch {
            error.endProgram()
        }
    }
}
