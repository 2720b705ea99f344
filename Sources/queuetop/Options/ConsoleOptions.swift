import ArgumentParser
import FoundationEssentials
import Messaging
import Settings

/// How the console looks and what it may do.
struct ConsoleOptions: ParsableArguments {
    @Flag(help: "Run a shop's orders through the broker, with failures and bursts.")
    var demo = false

    @Option(
        help: ArgumentHelp("Colours: a built-in theme or one of yours.", valueName: "name"),
        completion: .themeNames)
    var theme: String?

    @Option(help: ArgumentHelp("The virtual host to show. (default: /)", valueName: "name"))
    var vhost: String?

    @Flag(help: "Refuse everything that changes a queue.")
    var readOnly = false
}

extension ConsoleOptions {
    /// What was given on the command line, in the words of the configuration.
    var flags: [SettingKey: String] {
        var flags: [SettingKey: String] = [:]
        flags[.theme] = self.theme
        flags[.virtualHost] = self.vhost
        flags[.readOnly] = self.readOnly ? "true" : nil
        return flags
    }

    /// The same options with what the configuration says of how it looks and what it may do.
    ///
    /// A virtual host that it names is one of the broker here: elsewhere addresses name theirs.
    func filled(from settings: ProgramSettings) -> ConsoleOptions {
        var options = self
        options.theme = settings.theme
        options.readOnly = settings.isReadOnly
        return options
    }
}

extension ProgramSettings {
    /// The virtual host of the broker here.
    var host: VirtualHostName { self.virtualHost.map { VirtualHostName($0) } ?? .default }
}
