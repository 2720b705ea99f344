import AMQPClient
import ConsoleRuntime
import CursesTerminal
import EmbeddedLink
import LoadTest
import Messaging
import NIOPosix
import ServiceLifecycle

/// The console on the embedded broker, as one of the program's services; ends when its user quits.
struct ConsoleService: Service {
    let broker: EmbeddedBroker
    let options: ConsoleOptions
    /// The virtual host that is shown.
    let host: VirtualHostName
    let clock: FrozenMoment?
    let contexts: ConsoleContexts

    func run() async throws {
        // A loop of its own: a generator that shared the broker's would measure itself.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let endpoint = AMQPEndpoint(port: Int(self.broker.server.port))
        let load = LoadEngine(endpoint: endpoint, on: group.next())
        let link = EmbeddedLink(
            to: self.broker.engine, host: self.host, version: Version.text)
        let result = await self.show(link, load)
        await load.stop()
        await link.close()
        try await group.shutdownGracefully()
        try result.get()
    }

    /// Shows the console until its user quits or the program is asked to end.
    private func show(
        _ link: EmbeddedLink, _ load: LoadEngine
    ) async -> Result<Void, any Error> {
        let settings = ConsoleSettings(
            themeName: self.options.theme, isReadOnly: self.options.readOnly,
            clientAddress: self.broker.address, scenarios: [.demo],
            time: self.clock.map { .stopped(at: $0.timestamp) } ?? .system())
        do {
            _ = try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    if self.options.demo { tasks.addTask { await load.start(.demo) } }
                    _ = try await runConsole(
                        link: link, load: load, settings: settings, contexts: self.contexts)
                    tasks.cancelAll()
                }
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
