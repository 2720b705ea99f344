import ArgumentParser
import ConsoleRuntime
import DefinitionsFile
import Doctor
import FoundationEssentials
import Messaging
import Settings
import Store

/// Checks everything that the program needs, and says what to do.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check configuration, data directory, ports, limits and terminal.",
        discussion: """
            Changes nothing. The exit code is that of the worst check: 0 all is well, 1 a \
            warning, 2 something does not work.

            --json prints {"verdict", "checks"}; each check has check, verdict (ok, warn or \
            fail), found, advice (null when there is nothing to do).
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var broker: BrokerOptions

    @Flag(help: "Print one JSON object instead of lines.")
    var json = false

    func run() async throws {
        let source = self.configuration.source(self.broker.flags)
        let report = DoctorReport(self.findings(source))
        do throws(CommandFailure) {
            try CommandOutput.conclude(self.json ? report.json : report.text)
        } catch {
            error.endProgram()
        }
        throw ExitCode(report.verdict.exitCode)
    }

    private func findings(_ source: SettingsSource) -> [Finding] {
        let settings: ProgramSettings
        let first: Finding
        do throws(SettingProblem) {
            settings = try source.read()
            first = Self.finding(of: source, settings)
        } catch {
            // The rest is checked as it would be without a configuration.
            settings = ProgramSettings()
            first = Finding(
                "configuration", .fail, "\(error)",
                advice: "Correct it; the rest of this report "
                    + "goes by what holds without it.")
        }
        let options = self.broker.filled(from: settings)
        let (current, others) = settings.contextsByCurrent
        return [first] + current.map { ContextCheck($0).finding }
            + Self.brokerFindings(options, settings) + TLSCheck(settings.tls).findings
            + others.map { ContextCheck($0).finding }
            + Self.definitionFindings(options)
            + Probe.terminal(environment: Self.variable).findings + Self.themeFindings()
            + [Probe.clock().finding]
    }

    private static func finding(
        of source: SettingsSource, _ settings: ProgramSettings
    ) -> Finding {
        guard source.hasFile, let path = source.path else {
            return Finding("configuration", .ok, "There is none; everything is as it usually is.")
        }
        let contexts = settings.contexts.map(\.name).joined(separator: ", ")
        let current = settings.currentContext.map { "; \($0) is the current one" } ?? ""
        return Finding(
            "configuration", .ok,
            "\(path)\(contexts.isEmpty ? "" : ", with the contexts \(contexts)\(current)").")
    }

    private static func brokerFindings(
        _ options: BrokerOptions, _ settings: ProgramSettings
    ) -> [Finding] {
        let connectionsMax = settings.limits.connections ?? Limits.connectionsMax
        let descriptors = DescriptorFacts(
            countMax: Probe.descriptorsMax(), connectionsMax: connectionsMax)
        let path: String
        do throws(StartFailure) {
            path = try options.dataDirectoryPath(environment: Self.variable)
        } catch {
            return [Finding("data directory", .fail, "\(error)"), descriptors.finding]
        }
        let directory = Probe.directory(path)
        let address = settings.bind ?? "127.0.0.1"
        let ports: [(SettingKey, UInt16?)] = [
            (.amqpPort, options.amqpPort ?? BrokerOptions.amqpPortDefault),
            // A certificate alone has it listen on the usual port.
            (
                .amqpsPort,
                settings.amqpsPort
                    ?? (settings.tls.certificate == nil ? nil : ListenOptions.amqpsPortDefault)
            ),
            (.managementPort, settings.managementPort),
            (.managementTLSPort, settings.managementTLSPort),
        ]
        let portFindings = ports.compactMap { key, port -> Finding? in
            // 0 takes any free one.
            guard let port, port != 0 else { return nil }
            return Probe.port(port, on: address, setting: key.rawValue)
                .finding(holder: directory.holder)
        }
        return directory.findings(limitBytes: options.storeLimits.freeBytesMin)
            + [Self.dataFinding(directory)].compactMap { $0 }
            + GuestCheck(options, path: path).findings + portFindings + [descriptors.finding]
    }

    /// Whether a broker could begin with the data that is there; one that runs has it already.
    private static func dataFinding(_ directory: DirectoryFacts) -> Finding? {
        guard case .directory = directory.place, directory.holder == nil else { return nil }
        do throws(StoreError) {
            let isThere = try DataCheck.look(at: directory.path)
            return Finding("data", .ok, isThere ? "It can be opened." : "There is none yet.")
        } catch {
            return Finding("data", .fail, "\(error)")
        }
    }

    private static func definitionFindings(_ options: BrokerOptions) -> [Finding] {
        guard let path = options.definitions else { return [] }
        do throws(DefinitionsError) {
            _ = try DefinitionsFile(path: path).read()
            return [Finding("definitions", .ok, "\(path) can be loaded.")]
        } catch {
            return [Finding("definitions", .fail, "\(error)")]
        }
    }

    private static func themeFindings() -> [Finding] {
        let library = ThemeLibrary(directories: ConsoleFiles.ofThisUser().themeDirectories)
        guard let problem = library.problems.first else {
            return [Finding("themes", .ok, "\(library.names.count) can be chosen.")]
        }
        return [
            Finding(
                "themes", .warn, problem.sentence,
                advice: "Correct the file or remove it; T in the console tells of all of them.")
        ]
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }
}

extension ProgramSettings {
    /// The context that is opened where nobody names a broker, and all others.
    fileprivate var contextsByCurrent: (current: [ContextSettings], others: [ContextSettings]) {
        (
            self.contexts.filter { $0.name == self.currentContext },
            self.contexts.filter { $0.name != self.currentContext }
        )
    }
}
