import ArgumentParser
import Engine
import Glibc
import Logging
import ServiceLifecycle
import Settings
import Supervision
import UnixSignals

/// Runs the embedded broker without the console, until SIGTERM or SIGINT.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the broker without the console.",
        discussion: """
            Prints one line once clients can connect, and logs on standard error. SIGTERM and \
            SIGINT stop it cleanly: nobody new gets in, clients are told, the exit code is 0; a \
            second one ends it at once. SIGHUP loads configuration and definitions again. A \
            service manager that sets NOTIFY_SOCKET is told how it is.

            \(BrokerOptions.durabilityNote)
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var broker: BrokerOptions
    @OptionGroup var serving: ServeOptions
    @ParentCommand var root: Queuetop

    func validate() throws {
        guard let option = self.root.consoleOptions.first else { return }
        throw ValidationError("\(option) is for the console, which is not there: leave it out.")
    }

    func run() async throws {
        let source = self.configuration.source(
            self.broker.flags.merging(self.serving.flags) { $1 })
        let settings = source.readOrExit()
        let options = self.broker.filled(from: settings)
        let log = ProgramLog(form: settings.log.form, level: settings.log.threshold)
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let broker = try await self.startOrExit(options, settings, log)
        let manager = NotifySocket(environment: Self.variable)
            .map { ManagerDesk($0, logger: log.logger) }
        let stop = await StopSignals(log: log, manager: manager)
        let path = broker.directory.path
        log.logger.notice("started", metadata: ["version": "\(Version.text)", "data": "\(path)"])
        let isAsked = options.managementPort != nil || options.listen.managementTLSPort != nil
        let management = isAsked ? broker.management.map { ", \($0.addresses)" } ?? "" : ""
        let addresses = broker.addresses + management
        log.logger.notice("listening", metadata: ["address": "\(addresses)"])
        broker.certificates?.warn(log.logger)
        if let file = options.definitions {
            log.logger.notice("definitions loaded", metadata: ["file": "\(file)"])
        }
        // Written at once, though standard output may be a pipe: scripts wait for this line.
        StandardStream.output.write(
            "queuetop \(Version.text) ready: \(addresses), data in \(path)\n")
        await manager?.tell(.ready, status: "\(addresses), data in \(path)")
        let reload = ReloadService(
            source: source, options: self.broker, started: settings, engine: broker.engine,
            certificates: broker.certificates, log: log, manager: manager, hangups: hangups)
        let watchdog = Self.watchdog(manager, broker.engine)
        try await broker.run(
            with: [stop.ender, reload] + watchdog,
            under: [stop.watcher] + (manager.map { [ManagerService(manager: $0)] } ?? []),
            until: [])
        log.logger.notice("stopped")
        log.flush()
    }

    private func startOrExit(
        _ options: BrokerOptions, _ settings: ProgramSettings, _ log: ProgramLog
    ) async throws -> EmbeddedBroker {
        do throws(StartFailure) {
            return try await EmbeddedBroker.start(
                options, settings, telling: BrokerLog(logger: log.logger).hooks)
        } catch {
            log.flush()
            guard settings.log.format == .json else { error.endProgram() }
            log.logger.critical("\(error)")
            log.flush()
            error.endProgramSilently()
        }
    }

    private static func watchdog(_ manager: ManagerDesk?, _ engine: Engine) -> [any Service] {
        guard let manager,
            let interval = Watchdog.intervalMicroseconds(
                environment: Self.variable, process: getpid())
        else { return [] }
        return [
            WatchdogService(manager: manager, engine: engine, intervalMicroseconds: interval)
        ]
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
