import ArgumentParser
import FoundationEssentials
import Settings

/// Where the configuration is.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Configuration in YAML; variables QUEUETOP_… and options go before it. (default: \
            $XDG_CONFIG_HOME/queuetop/config.yaml, if it is there)
            """, valueName: "file"))
    var config: String?

    /// - Parameter flags: What other options say.
    func source(_ flags: [SettingKey: String] = [:]) -> SettingsSource {
        SettingsSource(
            chosenPath: self.config, environment: ProcessInfo.processInfo.environment,
            flags: flags)
    }
}

extension SettingsSource {
    /// Reads everything; when that fails, says why on standard error and ends the program.
    func readOrExit() -> ProgramSettings {
        do throws(SettingProblem) {
            return try self.read()
        } catch {
            StartFailure.configuration(error).endProgram()
        }
    }
}

extension BrokerOptions {
    /// What was given on the command line, in the words of the configuration.
    var flags: [SettingKey: String] {
        var flags: [SettingKey: String] = [:]
        flags[.bind] = self.listen.bind
        flags[.amqpsPort] = self.listen.amqpsPort.map(String.init)
        flags[.managementTLSPort] = self.listen.managementTLSPort.map(String.init)
        flags[.tlsCertificate] = self.listen.tlsCertificate
        flags[.tlsKey] = self.listen.tlsKey
        flags[.tlsAuthority] = self.listen.tlsCa
        flags[.tlsLoginFrom] = self.listen.tlsLoginFrom?.rawValue
        flags[.amqpPort] = self.amqpPort.map(String.init)
        flags[.managementPort] = self.managementPort.map(String.init)
        flags[.dataDirectory] = self.dataDirectory
        flags[.definitions] = self.definitions
        flags[.memoryLimit] = (self.memoryLimit?.bytes).map(String.init)
        flags[.diskLimit] = (self.diskLimit?.bytes).map(String.init)
        flags[.consumerTimeout] = self.consumerTimeout.map(String.init)
        return flags
    }

    /// The same options with what the configuration says, flags included.
    func filled(from settings: ProgramSettings) -> BrokerOptions {
        var options = self
        options.listen.bind = settings.bind
        options.listen.amqpsPort = settings.amqpsPort
        options.listen.managementTLSPort = settings.managementTLSPort
        options.listen.tlsCertificate = settings.tls.certificate
        options.listen.tlsKey = settings.tls.key
        options.listen.tlsCa = settings.tls.authority
        options.listen.tlsLoginFrom = settings.tlsLoginFrom.map {
            switch $0 {
            case .distinguishedName: .distinguishedName
            case .commonName: .commonName
            }
        }
        options.amqpPort = settings.amqpPort
        options.managementPort = settings.managementPort
        options.dataDirectory = settings.dataDirectory
        options.definitions = settings.definitions
        options.memoryLimit = settings.memoryLimitBytes.map(ByteCount.init(bytes:))
        options.diskLimit = settings.diskLimitBytes.map(ByteCount.init(bytes:))
        options.consumerTimeout = settings.consumerTimeoutMilliseconds
        return options
    }
}
