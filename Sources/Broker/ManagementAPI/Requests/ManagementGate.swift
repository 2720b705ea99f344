import Core
import Engine
import Messaging

/// Who may use the API, and for what.
package struct ManagementAccount: Equatable, Sendable {
    package var name: String
    /// RabbitMQ's four, and whatever else its operator wrote.
    package var tags: [String]
    /// Virtual hosts in which it has permissions; nil is all of them.
    package var hosts: Set<VirtualHostName>?

    package init(name: String, tags: [String], hosts: Set<VirtualHostName>? = nil) {
        self.name = name
        self.tags = tags
        self.hosts = hosts
    }

    /// What a tag allows, and all that is below it.
    package func may(_ access: Access) -> Bool {
        switch access {
        case .anybody: true
        case .management: self.holds("management", "policymaker", "monitoring", "administrator")
        case .policymaker: self.holds("policymaker", "administrator")
        case .monitoring: self.holds("monitoring", "administrator")
        case .administrator: self.holds("administrator")
        }
    }

    /// Whether it may know that there is such a virtual host.
    package func maySee(_ host: VirtualHostName) -> Bool {
        self.may(.monitoring) || self.mayEnter(host)
    }

    /// Whether it may look at what is in a virtual host.
    ///
    /// To change something there takes permissions as well, which the broker itself asks for: an
    /// administrator may look everywhere, but has to grant itself what it wants to do.
    package func mayEnter(_ host: VirtualHostName) -> Bool {
        self.may(.administrator) || (self.hosts?.contains(host) ?? true)
    }

    /// Whether it may ask about a virtual host.
    func may(_ access: HostAccess, of host: VirtualHostName) -> Bool {
        switch access {
        case .any: true
        case .visible: self.maySee(host)
        case .inside: self.mayEnter(host)
        }
    }

    private func holds(_ tags: String...) -> Bool { self.tags.contains { tags.contains($0) } }
}

/// What an endpoint asks of who uses it; see RabbitMQ's documentation, "Access and Permissions".
package enum Access: Hashable, Sendable {
    case anybody, management, policymaker, monitoring, administrator

    /// What RabbitMQ says to whoever may not.
    var refusal: String {
        switch self {
        case .anybody: "Access refused."
        case .management: "Not management user"
        case .policymaker: "User not authorised to access object"
        case .monitoring: "Not monitor user"
        case .administrator: "Not administrator user"
        }
    }
}

/// What an endpoint asks of who names a virtual host.
enum HostAccess: Hashable, Sendable {
    /// Nothing: what is answered belongs to whoever asks.
    case any
    /// That it may know of it.
    case visible
    /// That it may look at what is in it.
    case inside
}

/// Checks who comes; the API asks it at every request.
package protocol ManagementGate: Sendable {
    /// - Parameter address: Where the request comes from, such as `127.0.0.1`.
    /// - Returns: nil for an unknown name, a wrong password, or one who may not come from there.
    func admit(user: String, password: String, from address: String) async -> ManagementAccount?
}

/// The gate of a broker's own users.
package struct EngineGate: ManagementGate {
    private let engine: Engine

    package init(_ engine: Engine) { self.engine = engine }

    package func admit(
        user: String, password: String, from address: String
    ) async -> ManagementAccount? {
        let name = UserName(user)
        let answer = await self.engine.login(
            .password(user: name, password),
            from: LoginOrigin(address: address, mechanism: "HTTP"))
        guard case .accepted(let account) = answer else { return nil }
        let hosts = await self.engine.permissions.filter { $0.user == name }.map(\.host)
        return ManagementAccount(
            name: account.name.text, tags: account.tags, hosts: Set(hosts))
    }
}
