import Engine
import Messaging

/// What a client proves who it is with, as one of the SASL mechanisms carries it.
enum Login {
    /// - Returns: nil for a mechanism that is not known or a response that does not have its form.
    static func credentials(mechanism: String, response: [UInt8]) -> Credentials? {
        switch mechanism {
        case "PLAIN": self.plain(response)
        case "AMQPLAIN": self.amqplain(response)
        default: nil
        }
    }

    /// SASL PLAIN (RFC 4616): `NUL user NUL password`; nobody acts for another here.
    private static func plain(_ response: [UInt8]) -> Credentials? {
        let parts = response.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty,
            let user = String(validating: parts[1], as: UTF8.self),
            let password = String(validating: parts[2], as: UTF8.self)
        else { return nil }
        return .password(user: UserName(user), password)
    }

    /// AMQPLAIN, the mechanism of AMQP 0-8 that old clients prefer: the fields `LOGIN` and
    /// `PASSWORD` of a table without its length.
    private static func amqplain(_ response: [UInt8]) -> Credentials? {
        guard let table = response.withUnsafeBytes({ try? FieldTable(decoding: $0) }),
            let user = table["LOGIN"]?.text, let password = table["PASSWORD"]?.text
        else { return nil }
        return .password(user: UserName(user), password)
    }
}

/// Which part of a client certificate's subject names the user, as RabbitMQ's
/// `ssl_cert_login_from`.
package enum CertificateLogin: String, Sendable, CaseIterable {
    case distinguishedName = "distinguished-name"
    case commonName = "common-name"
}
