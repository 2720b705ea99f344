import Messaging

/// Who may log in, as RabbitMQ keeps it: the password only as a salted hash.
package struct User: Hashable, Sendable {
    /// How the hash is made of salt and password; the names stand in RabbitMQ's definitions.
    package enum Hashing: String, Hashable, Sendable, CaseIterable {
        case sha256 = "rabbit_password_hashing_sha256"
        case sha512 = "rabbit_password_hashing_sha512"
        case md5 = "rabbit_password_hashing_md5"
    }

    package var name: UserName
    /// Four bytes of salt and the hash; empty where nobody can log in with a password.
    package var passwordHash: [UInt8]
    package var hashing: Hashing
    /// What the user may do beside AMQP, such as `administrator` or `monitoring`; in AMQP only
    /// `impersonator` means something: such a user may publish in another's name.
    package var tags: [String]

    package init(
        _ name: UserName, passwordHash: [UInt8] = [], hashing: Hashing = .sha256,
        tags: [String] = []
    ) {
        self.name = name
        self.passwordHash = passwordHash
        self.hashing = hashing
        self.tags = tags
    }

    /// May publish messages that name another user as their publisher.
    static let impersonator = "impersonator"
}
