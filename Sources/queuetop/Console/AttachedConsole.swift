import AMQPClient
import BrokerLink
import ConsoleRuntime
import CursesTerminal
import LoadTest
import Messaging
import NIOCore
import NIOPosix
import RabbitMQLink
import Screens
import Settings
import Store

/// The console on a broker elsewhere; nothing is started here but the connections to it.
struct AttachedConsole {
    let address: LinkAddress
    let trust: TrustRoots
    let options: ConsoleOptions
    /// Has the contexts that can be switched to.
    let settings: ProgramSettings
    /// The context that it starts with; nil when the configuration does not name this broker.
    var name: String?
    /// Known without asking; nil is asked for, unless the address has it.
    var password: String?
    /// What the console says first; nil is nothing.
    var notice: String?

    /// A broker that the configuration names; ends the program when that says too little.
    static func onContext(
        named name: String, of settings: ProgramSettings, _ options: ConsoleOptions
    ) -> AttachedConsole {
        do {
            var login = try ContextLogin(try settings.context(named: name))
            if let host = options.vhost { login.address.virtualHost = host }
            return AttachedConsole(
                address: login.address, trust: login.trust, options: options,
                settings: settings, name: name, password: login.password)
        } catch let problem as SettingProblem {
            StartFailure.configuration(problem).endProgram()
        } catch {
            StartFailure.context(name, reason: "\(error)").endProgram()
        }
    }

    /// The broker in the process that has a data directory, in which its user is at home.
    ///
    /// - Returns: nil when that process does not say how it is reached.
    static func onHolder(
        of path: String, _ settings: ProgramSettings, _ options: ConsoleOptions
    ) -> AttachedConsole? {
        let holder = DataDirectory.holder(of: path)
        guard let amqp = holder.address, let management = holder.managementURL,
            var address = try? LinkAddress(parsing: amqp, managementURL: management)
        else { return nil }
        if let host = settings.virtualHost { address.virtualHost = host }
        let process = "process \(holder.pid.map(String.init) ?? "?")"
        address.adviceWhenGone =
            "It was \(process), which has ended or hangs: unless it comes back there, quit and "
            + "start queuetop on \(path) again"
        return AttachedConsole(
            address: address, trust: .system, options: options, settings: settings,
            password: PasswordSource.fromEnvironment ?? PasswordSource.guest,
            notice: "Attached to \(process), which has \(path).")
    }

    /// The broker of the start, and those that the configuration names.
    private var contexts: ConsoleContexts {
        ConsoleContexts(
            self.settings,
            // No context has a name with a colon.
            start: ContextName(self.name ?? self.address.amqp.address),
            address: self.address.description, open: ContextLinks.open)
    }

    /// A link; ends the program when a file that TLS needs is not what it should be.
    private func link(
        password: String, now: @escaping @Sendable () -> Timestamp, on group: any EventLoopGroup
    ) -> RabbitMQLink {
        do throws(TrustError) {
            return try RabbitMQLink(
                to: self.address, password: password, trust: self.trust, version: Version.text,
                now: now, on: group)
        } catch {
            StartFailure.trust(error).endProgram()
        }
    }

    /// Shows the console until its user quits.
    ///
    /// A broker that cannot be reached at the start ends the program with the reason; later the
    /// console says so and waits for it.
    func run() async throws {
        guard
            let password = self.password ?? self.address.password
                ?? PasswordSource.password(of: self.address.user, at: self.address.amqp.address)
        else {
            StartFailure.noPassword(user: self.address.user).endProgram()
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let time = Timekeeper.system()
        let link = self.link(password: password, now: time.now, on: group)
        do throws(LinkError) {
            _ = try await link.probe()
        } catch {
            StartFailure.notAttached(self.address.description, error).endProgram()
        }
        let load = LoadEngine(
            endpoint: AMQPEndpoint(
                host: self.address.amqp.host, port: self.address.amqp.port,
                user: self.address.user, password: password,
                virtualHost: self.address.virtualHost),
            tls: self.address.amqp.usesTLS ? try self.trust.configuration() : nil, on: group.next())
        let settings = ConsoleSettings(
            themeName: self.options.theme, isReadOnly: self.options.readOnly,
            clientAddress: self.address.description, scenarios: [.demo], notice: self.notice,
            time: time)
        do {
            _ = try await runConsole(
                link: link, load: load, settings: settings, contexts: self.contexts)
        } catch let error as TerminalError {
            StartFailure.terminal(error).endProgram()
        } catch let error as SettingsError {
            StartFailure.settings(error).endProgram()
        }
        await load.stop()
        await link.close()
        try await group.shutdownGracefully()
    }
}
