import ArgumentParser
import Messaging

/// How the console looks and what it may do.
struct ConsoleOptions: ParsableArguments {
    @Flag(help: "Run a shop's orders through the broker, with failures and bursts.")
    var demo = false

    @Option(help: ArgumentHelp("Colours: a built-in theme or one of yours.", valueName: "name"))
    var theme: String?

    @Option(help: ArgumentHelp("The virtual host to show. (default: /)", valueName: "name"))
    var vhost: String?

    @Flag(help: "Refuse everything that changes a queue.")
    var readOnly = false

    var host: VirtualHostName { self.vhost.map { VirtualHostName($0) } ?? .default }
}
