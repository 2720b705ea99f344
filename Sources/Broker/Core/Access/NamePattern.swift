/// A regular expression that is searched for anywhere in a name.
struct NamePattern {
    private enum Form {
        case everything
        case nothing
        case expression(PatternProgram)
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
            self.form = .expression(try PatternProgram(try PatternParser.parse(text)))
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
        case .expression(let program): program.isFound(in: name)
        }
    }
}
