import Messaging

/// What a connection's user may do in its virtual host, worked out once and remembered.
///
/// Patterns are compiled when they are first needed after a change, and each decision is made
/// once: clients come back to the same few names.
struct Grants {
    private struct Question: Hashable {
        var kind: AccessKind
        var target: AccessTarget
    }

    /// What the default exchange is called in permissions.
    private static let defaultExchange = "amq.default"

    /// Of which state of the table; 0 is of none, so that it is worked out at the first question.
    let generation: UInt64
    private let configure: NamePattern
    private let write: NamePattern
    private let read: NamePattern
    private let topics: [ExchangeName: (write: NamePattern, read: NamePattern)]
    private var decisions: [Question: Bool] = [:]

    /// Nothing, and out of date.
    init() {
        self.generation = 0
        (self.configure, self.write, self.read) = (.nothing, .nothing, .nothing)
        self.topics = [:]
    }

    init(
        _ permission: Permission?, topics: [ExchangeName: TopicPermission], generation: UInt64
    ) {
        self.generation = generation
        self.configure = Self.pattern(permission?.configure)
        self.write = Self.pattern(permission?.write)
        self.read = Self.pattern(permission?.read)
        self.topics = topics.mapValues { topic in
            (Self.pattern(topic.expanded(topic.write)), Self.pattern(topic.expanded(topic.read)))
        }
    }

    /// Whatever cannot be understood allows nothing.
    private static func pattern(_ text: String?) -> NamePattern {
        guard let text, let pattern = try? NamePattern(ofPermission: text) else { return .nothing }
        return pattern
    }

    mutating func allows(_ kind: AccessKind, _ target: AccessTarget) -> Bool {
        let pattern =
            switch kind {
            case .configure: self.configure
            case .write: self.write
            case .read: self.read
            }
        guard !pattern.isEverything else { return true }
        let question = Question(kind: kind, target: target)
        if let known = self.decisions[question] { return known }
        let decision = pattern.matches(Self.name(target))
        if self.decisions.count >= Limits.accessDecisionsMax { self.decisions.removeAll() }
        self.decisions[question] = decision
        return decision
    }

    /// Whether any topic exchange takes some keys only.
    var hasTopics: Bool { !self.topics.isEmpty }

    /// Whether a topic exchange may be used with that key.
    func allows(_ kind: AccessKind, key: String, of exchange: ExchangeName) -> Bool {
        guard let topic = self.topics[exchange] else { return true }
        return (kind == .write ? topic.write : topic.read).matches(key)
    }

    private static func name(_ target: AccessTarget) -> String {
        switch target {
        case .queue(let name): name.text
        case .exchange(.default): Self.defaultExchange
        case .exchange(let name): name.text
        }
    }

    /// How refusals name it.
    static func shown(_ target: AccessTarget, in host: VirtualHostName) -> String {
        switch target {
        case .queue: "queue '\(Self.name(target))' in vhost '\(host)'"
        case .exchange: "exchange '\(Self.name(target))' in vhost '\(host)'"
        }
    }
}

extension TopicPermission {
    /// A pattern with what it leaves open filled in.
    func expanded(_ pattern: String) -> String {
        guard pattern.utf8.contains(UInt8(ascii: "{")) else { return pattern }
        return Self.filled(
            Self.filled(pattern, "{vhost}", self.host.text), "{username}", self.user.text)
    }

    private static func filled(
        _ pattern: String, _ variable: String, _ value: String
    ) -> String {
        pattern.split(separator: variable, omittingEmptySubsequences: false)
            .joined(separator: value)
    }
}
