/// Where a broker elsewhere is reached, by AMQP and by its management API, and as whom.
///
///     amqp[s]://user:password@host:port/vhost
///     http[s]://user:password@host:port
///
/// One of the two is enough: the other one is taken to be on the same host, at its usual port and
/// with TLS if the given one has it. The password is never part of a description.
package struct LinkAddress: Equatable, Sendable {
    /// One of the two doors of a broker.
    package struct Door: Hashable, Sendable {
        package var host: String
        package var port: Int
        package var usesTLS: Bool

        package init(host: String, port: Int, usesTLS: Bool) {
            self.host = host
            self.port = port
            self.usesTLS = usesTLS
        }

        /// Host and port, as messages name them.
        package var address: String {
            self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
        }
    }

    package var amqp: Door
    package var management: Door
    /// What stands before `/api` where the management API is not at the root; else empty.
    package var managementPath: String
    package var user: String
    /// Nil when the address has none: then it comes from elsewhere.
    package var password: String?
    package var virtualHost: String
    /// What to do when nobody answers there, as the end of an error; nil is what is usual.
    package var adviceWhenGone: String?

    /// Reads an address.
    ///
    /// - Parameters:
    ///   - text: As a person types it.
    ///   - managementURL: Where the management API is, when it is not at the usual place.
    package init(
        parsing text: String, managementURL: String? = nil
    ) throws(LinkAddressError) {
        let parts = try AddressParts(text)
        self.user = parts.user ?? "guest"
        self.password = parts.password
        self.managementPath = ""
        switch parts.scheme {
        case .amqp, .amqps:
            let usesTLS = parts.scheme == .amqps
            self.amqp = Door(
                host: parts.host, port: parts.port ?? Self.amqpPort(usesTLS), usesTLS: usesTLS)
            self.management = Door(
                host: parts.host, port: Self.managementPort(usesTLS), usesTLS: usesTLS)
            self.virtualHost = try parts.virtualHost
        case .http, .https:
            let usesTLS = parts.scheme == .https
            self.management = Door(
                host: parts.host, port: parts.port ?? Self.managementPort(usesTLS),
                usesTLS: usesTLS)
            self.amqp = Door(host: parts.host, port: Self.amqpPort(usesTLS), usesTLS: usesTLS)
            self.virtualHost = "/"
            self.managementPath = parts.trimmedPath
        }
        if let managementURL { try self.setManagement(managementURL) }
    }

    private mutating func setManagement(_ url: String) throws(LinkAddressError) {
        let parts = try AddressParts(url)
        guard parts.scheme == .http || parts.scheme == .https else {
            throw .managementScheme(url: parts.shown)
        }
        guard parts.user == nil, parts.password == nil else { throw .twoLogins(url: parts.shown) }
        let usesTLS = parts.scheme == .https
        self.management = Door(
            host: parts.host, port: parts.port ?? Self.managementPort(usesTLS), usesTLS: usesTLS)
        self.managementPath = parts.trimmedPath
    }

    private static func amqpPort(_ usesTLS: Bool) -> Int { usesTLS ? 5671 : 5672 }
    private static func managementPort(_ usesTLS: Bool) -> Int { usesTLS ? 15_671 : 15_672 }
}

extension LinkAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "\(self.amqp.usesTLS ? "amqps" : "amqp")://\(self.user)@\(self.amqp.address)"
            + (self.virtualHost == "/" ? "/" : "/\(PercentCode.encoded(self.virtualHost))")
    }

    package var debugDescription: String { self.description }

    /// Without the password, which `dump` would print.
    package var customMirror: Mirror { Mirror(self, children: ["address": self.description]) }
}

/// Why a text is no address of a broker, and what one looks like.
///
/// What could be a part of a password is never in it.
package enum LinkAddressError: Error, Equatable, Sendable, CustomStringConvertible {
    case noScheme
    case unknownScheme(String)
    case noHost(url: String)
    case badPort
    case badEscape(in: String)
    case deepPath(url: String)
    case managementScheme(url: String)
    case twoLogins(url: String)

    package var description: String {
        switch self {
        case .noScheme:
            "That is no address of a broker: it has no ://. Write it as "
                + "amqp://user@host:5672/vhost or http://user@host:15672."
        case .unknownScheme(let scheme):
            "\(scheme):// is no way to reach a broker. Use amqp://, amqps://, http:// or https://."
        case .noHost(let url):
            "\(url) names no host. Write it as amqp://user@host:5672/vhost."
        case .badPort:
            "What stands behind the host and its colon is no port. Use a number from 1 to 65535."
        case .badEscape(let part):
            "The \(part) of the address has a % that no two hexadecimal digits follow. "
                + "Write % itself as %25."
        case .deepPath(let url):
            "\(url) has more than one part behind the host. It is the virtual host; "
                + "write a / in its name as %2F."
        case .managementScheme(let url):
            "\(url) is no address of a management API. It begins with http:// or https://."
        case .twoLogins(let url):
            "\(url) may name no user: the one of --attach is used for both. Leave it out there."
        }
    }
}
