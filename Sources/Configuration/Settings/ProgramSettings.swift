/// Everything that the configuration says, each value checked; nil where nobody said anything.
package struct ProgramSettings: Equatable, Sendable {
    package var bind: String?
    package var amqpPort: UInt16?
    package var amqpsPort: UInt16?
    package var managementPort: UInt16?
    package var managementTLSPort: UInt16?
    package var dataDirectory: String?
    package var definitions: String?
    package var memoryLimitBytes: Int?
    package var diskLimitBytes: Int?
    /// 0 is for ever.
    package var consumerTimeoutMilliseconds: Int64?
    /// How long clients have to take their leave when the broker stops.
    package var drainMilliseconds: Int64?
    package var tls = TLSFiles()
    /// What of a client certificate is the user's name.
    package var tlsLoginFrom: LoginPart?
    package var limits = LimitSettings()
    package var log = LogSettings()
    /// What the console looks like.
    package var theme: String?
    /// The virtual host to show of the broker in this process or in its data directory.
    package var virtualHost: String?
    /// Neither console nor commands change anything.
    package var isReadOnly = false
    /// The context to open; nil is the broker in this process.
    package var currentContext: String?
    /// In the order of the file.
    package var contexts: [ContextSettings] = []

    package init() {}

    /// The context of that name.
    ///
    /// - Throws: ``SettingProblem/noSuchContext(_:known:)``.
    package func context(named name: String) throws(SettingProblem) -> ContextSettings {
        guard let context = self.contexts.first(where: { $0.name == name }) else {
            throw .noSuchContext(name, known: self.contexts.map(\.name))
        }
        return context
    }
}

/// Files in PEM format.
package struct TLSFiles: Equatable, Sendable {
    /// What this end shows, with the chain up to its authority.
    package var certificate: String?
    /// The private key of that certificate.
    package var key: String?
    /// Whom this end trusts.
    package var authority: String?

    package init(certificate: String? = nil, key: String? = nil, authority: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.authority = authority
    }
}

/// A part of a client certificate that can be a user's name.
package enum LoginPart: String, CaseIterable, Sendable {
    case distinguishedName = "distinguished-name"
    case commonName = "common-name"
}

/// Limits that an operator may set; each is at most what `Limits` has under its name.
package struct LimitSettings: Equatable, Sendable {
    package var connections: Int?
    /// Channels of one connection.
    package var channels: Int?
    package var queues: Int?
    package var frameBytes: Int?
    package var bodyBytes: Int?
    /// Bytes of the properties of one message, its headers included.
    package var headerBytes: Int?

    package init() {}
}

/// How much the log says, and how.
package struct LogSettings: Equatable, Sendable {
    package var format: LogFormat?
    package var level: LogLevel?

    package init() {}
}

/// How lines of the log look.
package enum LogFormat: String, CaseIterable, Sendable {
    /// For people: time, level, sentence, then what it is about.
    case text
    /// For programs: one JSON object a line.
    case json
}

/// The least that a line of the log has to matter to be written.
package enum LogLevel: String, CaseIterable, Sendable {
    case debug, info, notice, warning, error
}
