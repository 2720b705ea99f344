import Core
import Messaging
import Passwords
import PlainJSON

/// Users and what they may do.
extension Contents {
    struct Account: Decodable {
        let user: User
        var limits: JSON?

        private enum CodingKeys: CodingKey {
            case name, password_hash, password, hashing_algorithm, tags, limits
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let name = UserName(try container.decode(String.self, forKey: .name))
            let hashing = try Self.hashing(container)
            let tags = try container.decodeIfPresent(Tags.self, forKey: .tags)?.names ?? []
            let hash: [UInt8]
            if let text = try container.decodeIfPresent(String.self, forKey: .password_hash) {
                guard let bytes = PasswordHash.decoded(text) else {
                    throw DecodingError.dataCorruptedError(
                        forKey: .password_hash, in: container,
                        debugDescription: "a password hash is no base64")
                }
                hash = bytes
            } else if let password = try container.decodeIfPresent(String.self, forKey: .password) {
                hash = PasswordHash.make(of: password, hashing)
            } else {
                hash = []  // Somebody who does not log in with a password.
            }
            self.limits = try container.decodeIfPresent(JSON.self, forKey: .limits)
            self.user = User(name, passwordHash: hash, hashing: hashing, tags: tags)
        }

        private static func hashing(
            _ container: KeyedDecodingContainer<CodingKeys>
        ) throws -> User.Hashing {
            guard
                let name = try container.decodeIfPresent(String.self, forKey: .hashing_algorithm)
            else { return .sha256 }
            guard let hashing = User.Hashing(rawValue: name) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .hashing_algorithm, in: container,
                    debugDescription: "'\(name)' is no algorithm that is known")
            }
            return hashing
        }
    }

    /// A list, or before RabbitMQ 3.9 one text with commas.
    private struct Tags: Decodable {
        let names: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                let parts = text.split(separator: ",").map { $0.drop { $0 == " " } }
                self.names = parts.map { String($0) }.filter { !$0.isEmpty }
            } else {
                self.names = try container.decode([String].self)
            }
        }
    }

    struct Grant: Decodable {
        var user: String
        var vhost: String
        var configure: String
        var write: String
        var read: String

        var permission: Permission {
            Permission(
                UserName(self.user), in: VirtualHostName(self.vhost), configure: self.configure,
                write: self.write, read: self.read)
        }
    }

    struct TopicGrant: Decodable {
        var user: String
        var vhost: String
        var exchange: String
        var write: String
        var read: String

        var permission: TopicPermission {
            TopicPermission(
                UserName(self.user), in: VirtualHostName(self.vhost),
                exchange: ExchangeName(self.exchange), write: self.write, read: self.read)
        }
    }
}
