import Core
import Messaging
import Passwords

/// Who gets in.
extension Engine {
    /// Checks a login; one that is refused is told to the operator and counted.
    ///
    /// Whoever failed too often has to wait: until then nothing that comes from there is checked.
    ///
    /// - Complexity: One hash of the password.
    package func login(_ credentials: Credentials, from origin: LoginOrigin) -> LoginAnswer {
        let now = self.clock.now()
        guard !self.failedLogins.isLimited(origin.address, now: now) else { return .refused }
        let objection = self.objection(to: credentials, from: origin)
        if objection == nil, let user = self.broker.user(credentials.user) {
            return .accepted(Account(name: user.name, tags: user.tags))
        }
        let isLimited = self.failedLogins.count(origin.address, now: now)
        let limit = isLimited ? "; logins from there have to wait now" : ""
        self.notify(
            .loginRefused(
                LoginRefusal(
                    user: credentials.user.text.isEmpty ? nil : Self.harmless(credentials.user),
                    origin: origin,
                    reason: (objection ?? "there is no such user") + limit)))
        return .refused
    }

    /// Tells the operator of a login that was no answer of its mechanism's form, and counts it.
    package func loginMalformed(from origin: LoginOrigin) {
        let now = self.clock.now()
        guard !self.failedLogins.isLimited(origin.address, now: now) else { return }
        _ = self.failedLogins.count(origin.address, now: now)
        self.notify(
            .loginRefused(
                LoginRefusal(user: nil, origin: origin, reason: "the answer is malformed")))
    }

    /// Whether the user that every new broker has can still log in with the password that everybody
    /// knows.
    package var hasDefaultPassword: Bool {
        PasswordHash.isRight(User.defaultPassword, of: self.broker.user(.guest))
    }

    private func objection(to credentials: Credentials, from origin: LoginOrigin) -> String? {
        let user = self.broker.user(credentials.user)
        switch credentials {
        case .certificate:
            if credentials.user.text.isEmpty { return "it came without a client certificate" }
            if user == nil { return "there is no such user" }
        case .password(_, let password):
            // The hash comes first: how long it takes tells nothing.
            let isRight = PasswordHash.isRight(password, of: user)
            if user == nil { return "there is no such user" }
            if password.isEmpty { return "the password is empty" }
            if !isRight { return "the password is wrong" }
        }
        guard self.loopbackUsers.contains(credentials.user), !origin.isLoopback else { return nil }
        return "this user may log in from this machine only"
    }

    /// A name as a log may show it.
    private static func harmless(_ user: UserName) -> String {
        let scalars = user.text.unicodeScalars.prefix(64).map { scalar in
            scalar.properties.generalCategory == .control || scalar == "'" ? "?" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

extension User {
    /// The first password of user guest.
    static let defaultPassword = "guest"

    /// Whether that one lets this user in.
    package var hasDefaultPassword: Bool {
        PasswordHash.isRight(Self.defaultPassword, of: self)
    }
}
