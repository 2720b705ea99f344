/// A login that was refused, as its operator is told; no password is in it.
package struct LoginRefusal: Hashable, Sendable {
    /// Who it said that it is, without what a terminal would obey; nil when it did not say.
    package var user: String?
    package var origin: LoginOrigin
    package var reason: String

    package init(user: String?, origin: LoginOrigin, reason: String) {
        self.user = user
        self.origin = origin
        self.reason = reason
    }

    /// All of it in a sentence.
    package var sentence: String {
        let user = self.user.map { "user '\($0)' " } ?? ""
        return "login refused: \(user)from \(self.origin.address) (\(self.origin.mechanism)): "
            + self.reason
    }
}
