import Messaging

/// What somebody logs in with; it never shows a password.
package enum Credentials: Sendable {
    case password(user: UserName, String)
    /// A client certificate that was verified already; it names the user.
    case certificate(user: UserName)

    package var user: UserName {
        switch self {
        case .password(let user, _), .certificate(let user): user
        }
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "credentials of \(self.user)" }
    package var debugDescription: String { self.description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Where somebody logs in from.
package struct LoginOrigin: Hashable, Sendable {
    /// The other end's address without a port, such as `127.0.0.1`.
    package var address: String
    /// By which way, such as `PLAIN` or `HTTP`; for the log.
    package var mechanism: String

    package init(address: String, mechanism: String) {
        self.address = address
        self.mechanism = mechanism
    }

    /// Whether it is this machine.
    package var isLoopback: Bool {
        let plain =
            self.address.hasPrefix("::ffff:") ? self.address.dropFirst(7) : self.address[...]
        if plain == "::1" { return true }
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// Whether somebody gets in; why not is for the log only.
package enum LoginAnswer: Hashable, Sendable {
    case accepted(Account)
    case refused
}

/// Who has logged in.
package struct Account: Hashable, Sendable {
    package var name: UserName
    /// Such as `administrator`, `policymaker`, `monitoring`, `management`.
    package var tags: [String]

    package init(name: UserName, tags: [String]) {
        self.name = name
        self.tags = tags
    }
}
