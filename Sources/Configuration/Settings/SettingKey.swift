/// Everything that can be set for the program, by the one name that it has everywhere.
///
/// ```
/// log.format      in the file:          log:
///                                         format: json
///                 in the environment:   QUEUETOP_LOG_FORMAT=json
///                 as a flag:            --log-format json
/// ```
package enum SettingKey: String, CaseIterable, Sendable {
    case bind
    case amqpPort = "amqp-port"
    case amqpsPort = "amqps-port"
    case managementPort = "management-port"
    case managementTLSPort = "management-tls-port"
    case dataDirectory = "data-directory"
    case definitions
    case memoryLimit = "memory-limit"
    case diskLimit = "disk-limit"
    case consumerTimeout = "consumer-timeout"
    case drain
    case tlsCertificate = "tls.certificate"
    case tlsKey = "tls.key"
    case tlsAuthority = "tls.ca"
    case tlsLoginFrom = "tls.login-from"
    case limitConnections = "limits.connections"
    case limitChannels = "limits.channels"
    case limitQueues = "limits.queues"
    case limitFrame = "limits.frame"
    case limitBody = "limits.body"
    case limitHeader = "limits.header"
    case logFormat = "log.format"
    case logLevel = "log.level"
    case currentContext = "current-context"
    case theme
    case virtualHost = "vhost"
    case readOnly = "read-only"

    /// The parts of its path in the file.
    var path: [String] { self.rawValue.split(separator: ".").map(String.init) }

    /// The variable that sets it.
    package var variable: String {
        SettingLayers.prefix.uppercased() + "_"
            + self.rawValue.uppercased().map { $0.isLetter ? String($0) : "_" }.joined()
    }

    /// The flag that sets it.
    package var flag: String { "--" + self.rawValue.replacing(".", with: "-") }
}
