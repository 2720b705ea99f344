import Messaging

/// A user and a password, as one of the SASL mechanisms carries them.
struct Login: Equatable {
    var user: String
    var password: String

    /// - Returns: nil for a mechanism that is not known or a response that does not have its form.
    init?(mechanism: String, response: [UInt8]) {
        switch mechanism {
        case "PLAIN": self.init(plain: response)
        case "AMQPLAIN": self.init(amqplain: response)
        default: return nil
        }
    }

    /// SASL PLAIN (RFC 4616): `NUL user NUL password`; nobody acts for another here.
    private init?(plain response: [UInt8]) {
        let parts = response.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty,
            let user = String(validating: parts[1], as: UTF8.self),
            let password = String(validating: parts[2], as: UTF8.self)
        else { return nil }
        self.user = user
        self.password = password
    }

    /// AMQPLAIN, the mechanism of AMQP 0-8 that old clients prefer: the fields `LOGIN` and
    /// `PASSWORD` of a table without its length.
    private init?(amqplain response: [UInt8]) {
        guard let table = response.withUnsafeBytes({ try? FieldTable(decoding: $0) }),
            let user = table["LOGIN"]?.text, let password = table["PASSWORD"]?.text
        else { return nil }
        self.user = user
        self.password = password
    }

    /// Whether this broker lets them in: its one user is `guest`, from this machine only.
    var isAccepted: Bool { self.user == "guest" && self.password == "guest" }
}
