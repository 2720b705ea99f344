import ArgumentParser
import ConsoleRuntime
import CursesTerminal
import Settings

/// The command: the console on the embedded broker, unless a subcommand says otherwise.
@main
struct Queuetop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queuetop",
        abstract: "top for message queues: watch them, repair dead letters, put them under load.",
        discussion: """
            Without a subcommand it opens the console on its own broker, which speaks AMQP 0-9-1 \
            on 127.0.0.1 to every RabbitMQ client (user guest, password guest). With --attach it \
            opens it on a broker elsewhere: RabbitMQ, LavinMQ or another queuetop; so it does when \
            the configuration has a current-context and no option says anything of the broker here.

            \(BrokerOptions.durabilityNote)
            """,
        version: Version.text,
        subcommands: [Serve.self, ContextsCommand.self, DoctorCommand.self],
        groupedSubcommands: Self.commandGroups)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup(title: "Broker") var broker: BrokerOptions
    @OptionGroup(title: "Another broker") var attachment: AttachOptions
    @OptionGroup(title: "Console") var console: ConsoleOptions

    func validate() throws {
        if self.attachment.attach != nil, self.console.demo {
            throw ValidationError(
                "--demo runs on the embedded broker. Start it elsewhere from the console's load "
                    + "screen.")
        }
    }

    /// What was given on the command line, in the words of the configuration.
    var flags: [SettingKey: String] {
        self.broker.flags.merging(self.console.flags) { $1 }
    }

    /// The options that were given and mean nothing without a console or a command on a broker.
    var consoleOptions: [String] {
        let given = [
            ("--attach", self.attachment.attach != nil), ("--demo", self.console.demo),
            ("--theme", self.console.theme != nil), ("--vhost", self.console.vhost != nil),
            ("--read-only", self.console.readOnly),
        ]
        return given.filter(\.1).map(\.0)
    }

    func run() async throws {
        let settings = self.configuration.source(self.flags).readOrExit()
        let options = self.console.filled(from: settings)
        if var address = try self.attachment.address() {
            if let host = self.console.vhost { address.virtualHost = host }
            return try await AttachedConsole(
                address: address, trust: self.attachment.trust, options: options,
                settings: settings
            ).run()
        }
        let isHere = self.console.demo || !self.broker.flags.isEmpty
        if let name = settings.broker(self.attachment.attach, isHere: isHere) {
            return try await AttachedConsole.onContext(
                named: name, of: settings, options
            ).run()
        }
        let broker: EmbeddedBroker
        do throws(StartFailure) {
            broker = try await EmbeddedBroker.start(
                self.broker.filled(from: settings), settings, telling: BrokerHooks())
        } catch {
            guard case .dataDirectory(.directoryLocked(let path, _, _)) = error,
                !self.console.demo,
                let console = AttachedConsole.onHolder(of: path, settings, options)
            else { error.endProgram() }
            return try await console.run()
        }
        let hosts = await broker.engine.virtualHosts
        guard hosts.contains(settings.host) else {
            StartFailure.noSuchVirtualHost(
                settings.host.text, known: hosts.map(\.text)
            ).endProgram()
        }
        let console = ConsoleService(
            broker: broker, options: options, host: settings.host, clock: self.broker.clock,
            contexts: ConsoleContexts(
                settings, address: broker.address, open: ContextLinks.open))
        do {
            // The terminal takes every signal, so that it is restored however the console ends.
            try await broker.run(with: [console], until: [])
        } catch let error as TerminalError {
            StartFailure.terminal(error).endProgram()
        } catch let error as SettingsError {
            StartFailure.settings(error).endProgram()
        }
    }
}
