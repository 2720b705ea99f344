import Yams

/// The text of a configuration file, taken apart: every key is one that there is, stands there
/// once, and has the form that belongs to it. What the values mean is looked at later.
///
/// The parser that swift-configuration uses gives the lines and the names of contexts, which a
/// lookup by key cannot.
struct SettingsDocument: Equatable {
    /// A context's fields, by their names in ``ContextKey``.
    struct Context: Equatable {
        var name: String
        var place: SettingPlace
        var fields: [ContextKey: SettingText]
    }

    private(set) var settings: [SettingKey: SettingText] = [:]
    private(set) var contexts: [Context] = []

    private let path: String
    private static let contexts = "contexts"

    /// - Parameter path: How the file is named in errors.
    init(_ text: String, path: String) throws(SettingProblem) {
        self.path = path
        guard let root = try Self.root(of: text, path), !Self.isNothing(root) else { return }
        let known = Self.known([]) + [Self.contexts]
        for (key, value, name) in try self.entries(of: root, "the file", known: known.sorted()) {
            if name == Self.contexts {
                try self.readContexts(value)
            } else {
                try self.read(value, [name], at: key)
            }
        }
    }

    /// One setting, or a group of them.
    private mutating func read(
        _ node: Node, _ path: [String], at key: Node
    ) throws(SettingProblem) {
        let name = path.joined(separator: ".")
        guard let setting = SettingKey(rawValue: name) else {
            let known = Self.known(path)
            for (key, value, part) in try self.entries(of: node, name, known: known) {
                try self.read(value, path + [part], at: key)
            }
            return
        }
        if let text = try self.text(of: node, name) {
            self.settings[setting] = text
        }
    }

    private mutating func readContexts(_ node: Node) throws(SettingProblem) {
        guard !Self.isNothing(node) else { return }
        for (key, value, name) in try self.entries(of: node, Self.contexts, known: nil) {
            var fields: [ContextKey: SettingText] = [:]
            let title = "\(Self.contexts).\(name)"
            let known = ContextKey.known([])
            for (_, value, part) in try self.entries(of: value, title, known: known) {
                try self.read(value, [part], of: title, into: &fields)
            }
            self.contexts.append(
                Context(name: name, place: self.place(of: key), fields: fields))
        }
    }

    private func read(
        _ node: Node, _ path: [String], of context: String,
        into fields: inout [ContextKey: SettingText]
    ) throws(SettingProblem) {
        let name = path.joined(separator: ".")
        guard let field = ContextKey(rawValue: name) else {
            let known = ContextKey.known(path)
            for (_, value, part) in try self.entries(of: node, "\(context).\(name)", known: known) {
                try self.read(value, path + [part], of: context, into: &fields)
            }
            return
        }
        if let text = try self.text(of: node, "\(context).\(name)") { fields[field] = text }
    }

    // MARK: Nodes

    private static func root(of text: String, _ path: String) throws(SettingProblem) -> Node? {
        do {
            return try Parser(yaml: text).singleRoot()
        } catch let error as YamlError {
            let (line, reason) = error.place
            throw .notYAML(path: path, line: line, reason: reason)
        } catch {
            throw .notYAML(path: path, line: nil, reason: "its structure cannot be read")
        }
    }

    /// The keys of a group with their values, each known and there once.
    ///
    /// - Parameter known: Nil where any name may stand.
    private func entries(
        of node: Node, _ title: String, known: [String]?
    ) throws(SettingProblem) -> [(key: Node, value: Node, name: String)] {
        guard case .mapping(let mapping) = node else {
            let allowed = known.map { "a group of \($0.joined(separator: ", "))" }
            throw .wrongShape(
                title, self.place(of: node), allowed: allowed ?? "a group with names as keys")
        }
        var names: Set<String> = []
        var entries: [(key: Node, value: Node, name: String)] = []
        for (key, value) in mapping {
            let written = key.scalar?.string ?? ""
            let name = known == nil ? written : Self.kebab(written)
            if let known, !known.contains(name) {
                throw .unknownKey(written, self.place(of: key), known: known)
            }
            guard !name.isEmpty else {
                throw .wrongShape(title, self.place(of: key), allowed: "names as keys")
            }
            guard names.insert(name).inserted else {
                throw .repeatedKey(written, self.place(of: key))
            }
            entries.append((key, value, name))
        }
        return entries
    }

    /// The words of a single value; nil when nothing stands there.
    private func text(of node: Node, _ title: String) throws(SettingProblem) -> SettingText? {
        guard !Self.isNothing(node) else { return nil }
        guard case .scalar(let scalar) = node else {
            throw .wrongShape(title, self.place(of: node), allowed: "one value")
        }
        return SettingText(text: scalar.string, place: self.place(of: node))
    }

    private func place(of node: Node) -> SettingPlace {
        .file(self.path, line: node.mark?.line ?? 1)
    }

    /// Whether a key stands there without a value.
    private static func isNothing(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    /// The keys that may stand below a path.
    private static func known(_ path: [String]) -> [String] {
        KeyPaths.below(path, SettingKey.allCases.map(\.path))
    }

    /// `readOnly` as `read-only`: both are written in files of this kind.
    private static func kebab(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
    }
}

/// A field of a context.
enum ContextKey: String, CaseIterable {
    case url
    case managementURL = "management-url"
    case user, password
    case passwordFile = "password-file"
    case tlsCertificate = "tls.certificate"
    case tlsKey = "tls.key"
    case tlsAuthority = "tls.ca"
    case virtualHost = "vhost"
    case readOnly = "read-only"
    case protected, colour

    static func known(_ path: [String]) -> [String] {
        KeyPaths.below(
            path, Self.allCases.map { $0.rawValue.split(separator: ".").map(String.init) })
    }
}

/// Keys within one another.
enum KeyPaths {
    /// What may follow a path, each once and in order.
    static func below(_ path: [String], _ all: [[String]]) -> [String] {
        all.reduce(into: []) { names, other in
            guard other.count > path.count, Array(other.prefix(path.count)) == path else { return }
            if !names.contains(other[path.count]) { names.append(other[path.count]) }
        }
    }
}

extension YamlError {
    /// Where it is, and what: never a line of the file, in which a secret may stand.
    fileprivate var place: (line: Int?, reason: String) {
        switch self {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, problem)
        case .reader(let problem, _, _, _): (nil, problem)
        case .duplicatedKeysInMapping(_, let context):
            (context.mark.line, "the same key stands twice in the group that begins here")
        case .dataCouldNotBeDecoded: (nil, "it is not UTF-8")
        case .no, .memory, .writer, .emitter, .representer:
            (nil, "its structure cannot be read")
        }
    }
}
