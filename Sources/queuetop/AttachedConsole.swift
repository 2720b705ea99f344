import AMQPClient
import BrokerLink
import ConsoleRuntime
import CursesTerminal
import LoadTest
import NIOPosix
import RabbitMQLink

/// The console on a broker elsewhere; nothing is started here but the connections to it.
struct AttachedConsole {
    let address: LinkAddress
    let trust: TrustRoots
    let options: ConsoleOptions

    /// Shows the console until its user quits.
    ///
    /// A broker that cannot be reached at the start ends the program with the reason; later the
    /// console says so and waits for it.
    func run() async throws {
        guard
            let password = self.address.password
                ?? PasswordSource.password(of: self.address.user, at: self.address.amqp.address)
        else {
            StartFailure.noPassword(user: self.address.user).endProgram()
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let time = Timekeeper.system()
        let link = RabbitMQLink(
            to: self.address, password: password, trust: self.trust, version: Version.text,
            now: time.now, on: group)
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
            tls: self.address.amqp.usesTLS ? self.trust.configuration : nil, on: group.next())
        let settings = ConsoleSettings(
            themeName: self.options.theme, isReadOnly: self.options.readOnly,
            clientAddress: self.address.description, scenarios: [.demo], time: time)
        do {
            _ = try await runConsole(link: link, load: load, settings: settings)
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
