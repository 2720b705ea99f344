import Core
import Crypto
import FoundationEssentials

/// Makes and checks what a broker keeps of a password, in RabbitMQ's format.
///
///     ┌──────┬──────────────────────────┐
///     │ salt │ hash of salt + password  │   in definitions as base64
///     └──────┴──────────────────────────┘
///        4      32, 64 or 16 bytes
///
/// Source: RabbitMQ 3.10, "Credentials and Passwords", "Computing Password Hash".
package enum PasswordHash {
    private static let saltBytes = 4

    /// The hash of a password with a new salt.
    package static func make(of password: String, _ hashing: User.Hashing = .sha256) -> [UInt8] {
        let salt = (0..<Self.saltBytes).map { _ in UInt8.random(in: .min ... .max) }
        return salt + Self.digest(salt, password, hashing)
    }

    /// Whether a password is a user's; in the same time whether it is or not, and also for a user
    /// that there is not.
    package static func isRight(_ password: String, of user: User?) -> Bool {
        let user = user ?? Self.nobody
        let kept = user.passwordHash.isEmpty ? Self.nobody.passwordHash : user.passwordHash
        let hashing = user.passwordHash.isEmpty ? Self.nobody.hashing : user.hashing
        let found = Self.digest(Array(kept.prefix(Self.saltBytes)), password, hashing)
        let isEqual = Self.areEqual(found, Array(kept.dropFirst(Self.saltBytes)))
        return isEqual && !user.passwordHash.isEmpty
    }

    /// The bytes behind RabbitMQ's `password_hash`; nil when it is no base64.
    package static func decoded(_ base64: String) -> [UInt8]? {
        Data(base64Encoded: base64).map { Array($0) }
    }

    /// As `password_hash` in RabbitMQ's definitions.
    package static func encoded(_ hash: [UInt8]) -> String { Data(hash).base64EncodedString() }

    /// What is compared with where there is nothing to compare with.
    private static let nobody = User("", passwordHash: [UInt8](repeating: 0, count: 4 + 32))

    private static func digest(
        _ salt: [UInt8], _ password: String, _ hashing: User.Hashing
    ) -> [UInt8] {
        let bytes = salt + Array(password.utf8)
        return switch hashing {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        case .md5: Array(Insecure.MD5.hash(data: bytes))
        }
    }

    /// Compares every byte, wherever the first difference is.
    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
