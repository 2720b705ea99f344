import Messaging

/// Makes settings of a configuration's text, the environment and flags.
///
/// Pure: files and the environment are read by ``SettingsSource``.
package struct SettingsReader {
    /// The longest that clients may have to take their leave.
    package static let drainMillisecondsMax: Int64 = 3_600_000
    /// Ten years: what goes beyond is 0.
    package static let consumerTimeoutMillisecondsMax: Int64 = 315_360_000_000

    private let layers: SettingLayers
    private let document: SettingsDocument?

    /// - Parameters:
    ///   - file: The configuration's text and how errors name it; nil when there is none.
    ///   - environment: All of the process's environment.
    ///   - flags: What was given on the command line.
    package init(
        file: (text: String, path: String)?, environment: [String: String] = [:],
        flags: [SettingKey: String] = [:]
    ) throws(SettingProblem) {
        if let file {
            self.document = try SettingsDocument(file.text, path: file.path)
        } else {
            self.document = nil
        }
        self.layers = SettingLayers(
            flags: flags, environment: environment, file: self.document?.settings ?? [:])
    }

    /// Everything that was said, each value checked.
    package func settings() throws(SettingProblem) -> ProgramSettings {
        var settings = ProgramSettings()
        settings.bind = try self.layers.name(
            .bind, "an address of this machine, such as 127.0.0.1 or ::")
        settings.amqpPort = try self.layers.port(.amqpPort)
        settings.amqpsPort = try self.layers.port(.amqpsPort)
        settings.managementPort = try self.layers.port(.managementPort)
        settings.managementTLSPort = try self.layers.port(.managementTLSPort)
        settings.dataDirectory = try self.layers.name(
            .dataDirectory, "a directory, such as /var/lib/queuetop")
        settings.definitions = try self.layers.name(.definitions, "a file of definitions")
        settings.memoryLimitBytes = try self.layers.bytes(.memoryLimit)
        settings.diskLimitBytes = try self.layers.bytes(.diskLimit)
        settings.consumerTimeoutMilliseconds = try self.layers.milliseconds(
            .consumerTimeout, max: Self.consumerTimeoutMillisecondsMax, "; 0 is for ever")
        settings.drainMilliseconds = try self.layers.milliseconds(
            .drain, max: Self.drainMillisecondsMax)
        settings.tls.certificate = try self.layers.name(.tlsCertificate, "a file in PEM format")
        settings.tls.key = try self.layers.name(.tlsKey, "a file in PEM format")
        settings.tls.authority = try self.layers.name(.tlsAuthority, "a file in PEM format")
        settings.tlsLoginFrom = try self.layers.choice(.tlsLoginFrom, LoginPart.self)
        try self.checkTLS(settings)
        settings.limits = try self.limits()
        settings.log.format = try self.layers.choice(.logFormat, LogFormat.self)
        settings.log.level = try self.layers.choice(.logLevel, LogLevel.self)
        settings.theme = try self.layers.name(.theme, "a theme's name")
        settings.virtualHost = try self.layers.name(.virtualHost, "a virtual host's name")
        settings.isReadOnly = try self.layers.flag(.readOnly) ?? false
        settings.contexts = try (self.document?.contexts ?? []).map(ContextReader.context)
        settings.currentContext = try self.currentContext(of: settings)
        return settings
    }

    /// What goes together has to be there together: half of it would listen without TLS.
    private func checkTLS(_ settings: ProgramSettings) throws(SettingProblem) {
        let tls = settings.tls
        let isWhole = tls.certificate != nil && tls.key != nil
        let needing: [SettingKey] = [
            .tlsCertificate, .tlsKey, .tlsAuthority, .tlsLoginFrom, .amqpsPort,
            .managementTLSPort,
        ]
        for key in needing where !isWhole {
            guard let found = self.layers.text(key) else { continue }
            throw .missing(
                tls.certificate == nil
                    ? SettingKey.tlsCertificate.rawValue : SettingKey.tlsKey.rawValue,
                found.place, allowed: "it belongs to '\(key.rawValue)'")
        }
    }

    private func limits() throws(SettingProblem) -> LimitSettings {
        var limits = LimitSettings()
        limits.connections = try self.layers.count(.limitConnections, 1...Limits.connectionsMax)
        limits.channels = try self.layers.count(.limitChannels, 1...Int(Limits.channelsMax))
        limits.queues = try self.layers.count(.limitQueues, 1...Limits.queuesMax)
        limits.frameBytes = try self.layers.bytes(
            .limitFrame, Limits.frameBytesMin...Limits.frameBytesMax)
        limits.bodyBytes = try self.layers.bytes(.limitBody, 1...Limits.bodyBytesMax)
        limits.headerBytes = try self.layers.bytes(
            .limitHeader, Limits.propertiesBytesMin...Limits.propertiesBytesMax)
        return limits
    }

    private func currentContext(
        of settings: ProgramSettings
    ) throws(SettingProblem) -> String? {
        guard let found = self.layers.text(.currentContext),
            found.text != ContextReader.reservedName
        else { return nil }
        let names = settings.contexts.map(\.name)
        guard names.contains(found.text) else {
            throw .wrongValue(
                SettingKey.currentContext.rawValue, found.place, given: found.text,
                allowed: names.isEmpty
                    ? "one of `contexts`, which has none" : names.joined(separator: ", "))
        }
        return found.text
    }
}
