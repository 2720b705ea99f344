/// The user and password of a SASL PLAIN response (RFC 4616): `identity NUL user NUL password`.
struct PlainLogin: Equatable {
    var user: String
    var password: String

    /// - Returns: nil when the response does not have that form.
    init?(response: [UInt8]) {
        let parts = response.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3,
            let user = String(validating: parts[1], as: UTF8.self),
            let password = String(validating: parts[2], as: UTF8.self)
        else { return nil }
        self.user = user
        self.password = password
    }

    /// Whether this broker lets them in: its one user is `guest`, from this machine only.
    var isAccepted: Bool { self.user == "guest" && self.password == "guest" }
}
