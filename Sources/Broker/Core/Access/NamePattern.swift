/// A regular expression that is searched for anywhere in a name.
struct NamePattern {
    private enum Form {
        case everything
        case nothing
        case regex(Regex<AnyRegexOutput>)
    }

    private let form: Form

    /// What is no regular expression is refused.
    struct Malformed: Error {}

    /// - Parameter text: As an operator wrote it.
    init(_ text: String) throws(Malformed) {
        guard text != ".*" else {
            self.form = .everything
            return
        }
        do {
            // RabbitMQ compares octets; scalars come nearest: a letter and its accent are two.
            self.form = .regex(try Regex(text).matchingSemantics(.unicodeScalar))
        } catch {
            throw Malformed()
        }
    }

    /// One of a permission: where it is empty it matches no name, only an empty one.
    init(ofPermission text: String) throws(Malformed) {
        try self.init(text.isEmpty ? "^$" : text)
    }

    private init(_ form: Form) { self.form = form }

    static var nothing: NamePattern { NamePattern(.nothing) }

    /// Whether it matches whatever the name is.
    var isEverything: Bool {
        if case .everything = self.form { return true }
        return false
    }

    func matches(_ name: String) -> Bool {
        switch self.form {
        case .everything: true
        case .nothing: false
        case .regex(let regex): (try? regex.firstMatch(in: name)) != nil
        }
    }
}
