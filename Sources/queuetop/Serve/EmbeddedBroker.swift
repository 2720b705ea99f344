import AMQPServer
import Certificates
import Core
import DefinitionsFile
import Engine
import Glibc
import ManagementAPI
import Messaging
import NIOCore
import NIOPosix
import OpenFiles
import ServiceLifecycle
import Settings
import Store
import UnixSignals

/// The broker in this process: data directory, engine and AMQP server, wired together.
struct EmbeddedBroker {
    let engine: Engine
    let server: AMQPServer
    /// Claimed as long as this value lives.
    let directory: DataDirectory
    /// The management API, on a port that was asked for or any free one.
    private(set) var management: ManagementServices?
    private let group: MultiThreadedEventLoopGroup
    /// How long clients have to take their leave.
    private let farewell: TimeAmount

    /// What its TLS listener shows; nil when it has none.
    let certificates: ServerCertificates?
    /// What the listeners are bound to, as URLs write it.
    private let host: String

    /// Such as `amqp://127.0.0.1:5672`.
    var address: String { "amqp://\(self.host):\(self.server.port)" }

    /// The same with that for TLS, such as `amqp://127.0.0.1:5672, amqps://127.0.0.1:5671`.
    var addresses: String {
        self.address + (self.server.securePort.map { ", amqps://\(self.host):\($0)" } ?? "")
    }

    /// Claims the data directory and begins to serve.
    static func start(
        _ options: BrokerOptions, _ settings: ProgramSettings, telling hooks: BrokerHooks
    ) async throws(StartFailure) -> EmbeddedBroker {
        let secure = try options.listen.secureListener()
        let directory = try Self.claimDirectory(options)
        raiseDescriptorLimit()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: Self.loopCount())
        let (store, recovered) = try Self.openStore(directory, options.storeLimits, hooks)
        let engine = Engine(
            on: group.next(), clock: options.engineClock, store: store,
            seed: UInt64.random(in: .min ... .max),
            limits: options.engineLimits.limited(by: settings.limits),
            notify: hooks.notify)
        for problem in await engine.restore(recovered) {
            hooks.say("not taken over: \(problem)")
        }
        do throws(StartFailure) {
            try await Self.prepareUsers(
                of: engine, options, isNew: recovered.definitions.users == nil)
            return try await Self.listen(
                options, settings, secure, telling: hooks, engine, directory, on: group)
        } catch {
            // The disk may still owe answers to the engine, which would find no loop to run on.
            await engine.stop()
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Opens the doors, and says in the data directory where they are.
    private static func listen(
        _ options: BrokerOptions, _ settings: ProgramSettings, _ secure: TLSListener?,
        telling hooks: BrokerHooks, _ engine: Engine, _ directory: DataDirectory,
        on group: MultiThreadedEventLoopGroup
    ) async throws(StartFailure) -> EmbeddedBroker {
        let address = options.listen.address
        let gate = FileGate(telling: engine)
        let server: AMQPServer
        do throws(ListenError) {
            server = try await AMQPServer.listen(
                port: options.amqpPort ?? BrokerOptions.amqpPortDefault,
                at: address, secure: secure, engine: engine, behind: gate,
                on: group, version: Version.text, limits: ServerLimits(settings.limits),
                observe: hooks.observe)
        } catch {
            throw StartFailure(error, address: address)
        }
        var broker = EmbeddedBroker(
            engine: engine, server: server, directory: directory, group: group,
            farewell: settings.drainMilliseconds.map { .milliseconds($0) }
                ?? AMQPService.farewell,
            certificates: secure?.certificates,
            host: address.contains(":") ? "[\(address)]" : address)
        do throws(StartFailure) {
            broker.management = try await Self.openManagement(
                of: broker, options, secure, behind: gate)
            try Self.announce(broker, in: directory)
            return broker
        } catch {
            await server.stop(within: .zero)
            throw error
        }
    }

    private static func openManagement(
        of broker: EmbeddedBroker, _ options: BrokerOptions, _ secure: TLSListener?,
        behind gate: FileGate
    ) async throws(StartFailure) -> ManagementServices {
        do throws(ManagementListenError) {
            // Whoever finds the data directory taken reaches this broker by it.
            return try await ManagementServices.listen(
                on: options.managementPort ?? 0, at: options.managementAddress,
                secure: options.listen.secureManagement(secure?.certificates),
                behind: gate, broker, clock: options.engineClock)
        } catch {
            throw StartFailure(error)
        }
    }

    private static func announce(
        _ broker: EmbeddedBroker, in directory: DataDirectory
    ) throws(StartFailure) {
        do throws(StoreError) {
            try directory.announce(
                address: broker.address, managementURL: broker.management?.url)
        } catch {
            throw .dataDirectory(error)
        }
    }

    /// Serves until a signal asks for the end or one of `services` ends, then ends them first,
    /// takes leave of the clients and stops.
    ///
    /// - Parameters:
    ///   - services: What runs on top of the broker, such as the console.
    ///   - guards: What goes on until all the others have ended.
    ///   - signals: Those that ask for the end; none when a service watches them itself, because
    ///     a process can have only one watcher for each.
    func run(
        with services: [any Service] = [], under guards: [any Service] = [],
        until signals: [UnixSignal] = [.sigterm, .sigint]
    ) async throws {
        let own =
            [AMQPService(self.server, farewell: self.farewell)] + (self.management?.services ?? [])
        let configurations = (guards + own + services).map {
            ServiceGroupConfiguration.ServiceConfiguration(
                service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
        }
        let configuration = ServiceGroupConfiguration(
            services: configurations, gracefulShutdownSignals: signals, logger: .current)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            // What went wrong first is what to tell; its threads end before the process does.
            try? await self.stop()
            throw error
        }
        try await self.stop()
    }

    private func stop() async throws {
        await self.engine.stop()
        try await self.group.shutdownGracefully()
    }

    /// Loads the definitions, before anybody can connect, who would find less than there is to be,
    /// and sees to it that nobody else can get in with a password that everybody knows.
    ///
    /// - Parameter isNew: Nobody has said yet which users there are.
    private static func prepareUsers(
        of engine: Engine, _ options: BrokerOptions, isNew: Bool
    ) async throws(StartFailure) {
        if let path = options.definitions {
            do throws(DefinitionsError) {
                let definitions = try await DefinitionsFile(path: path).load(into: engine)
                // Who says which users there are means no others, as in RabbitMQ.
                let names = definitions.users.map(\.name)
                if isNew, !names.isEmpty, !names.contains(.guest) {
                    _ = await engine.deleteUser(.guest)
                }
            } catch {
                throw .definitions(error)
            }
        }
        guard !options.listen.isLoopback, await engine.hasDefaultPassword else { return }
        throw .defaultPassword(address: options.listen.address)
    }

    private static func claimDirectory(
        _ options: BrokerOptions
    ) throws(StartFailure) -> DataDirectory {
        let path = try options.dataDirectoryPath { name in
            getenv(name).map { String(cString: $0) }
        }
        do throws(StoreError) {
            return try DataDirectory(claiming: path)
        } catch {
            throw .dataDirectory(error)
        }
    }

    /// Opens the store; what takes longer than a moment says how far it is.
    private static func openStore(
        _ directory: DataDirectory, _ limits: StoreLimits, _ hooks: BrokerHooks
    ) throws(StartFailure) -> (DurableStore, Recovered) {
        do throws(StoreError) {
            let progress = RecoveryProgress(hooks.say)
            let (store, recovered) = try DurableStore.open(
                directory, limits: limits
            ) { progress.show($0) }
            progress.finish(recovered.report)
            return (store, recovered)
        } catch {
            throw .dataDirectory(error)
        }
    }

    /// One loop for everything is cheapest a message; on more than two cores sockets get some of
    /// their own.
    private static func loopCount() -> Int { max(1, System.coreCount / 2) }

    /// Allows as many sockets as the system lets this user have: the usual soft limit of 1,024
    /// lies below the broker's own limit of connections.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Should it fail, the old limit stays: fewer clients, nothing else.
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
