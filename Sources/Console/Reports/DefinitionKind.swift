import PlainJSON

/// A kind of definitions, by its name in RabbitMQ's exports.
package enum DefinitionKind: String, CaseIterable, Sendable {
    case virtualHosts = "vhosts"
    case users, permissions
    case topicPermissions = "topic_permissions"
    case parameters
    case globalParameters = "global_parameters"
    case policies, queues, exchanges, bindings

    /// What an import does with an item that is there already and different.
    ///
    /// RabbitMQ leaves queues and exchanges as they are, and so does queuetop, which says so.
    var isReplaced: Bool {
        switch self {
        case .queues, .exchanges, .bindings: false
        case .virtualHosts, .users, .permissions, .topicPermissions, .parameters,
            .globalParameters, .policies:
            true
        }
    }

    /// For people.
    var words: String { self.rawValue.split(separator: "_").joined(separator: " ") }

    /// The members by which an item is the same one.
    private var key: [String] {
        switch self {
        case .virtualHosts, .users, .globalParameters: ["name"]
        case .permissions: ["user", "vhost"]
        case .topicPermissions: ["user", "vhost", "exchange"]
        case .parameters: ["component", "vhost", "name"]
        case .policies, .queues, .exchanges: ["vhost", "name"]
        case .bindings:
            ["vhost", "source", "destination_type", "destination", "routing_key", "arguments"]
        }
    }

    func identity(of item: JSON) -> [JSON] { self.key.map { item[$0] ?? .null } }

    /// An item in a few words, such as `orders in /`.
    func name(of item: JSON) -> String {
        func text(_ name: String) -> String { item[name]?.text ?? "" }
        return switch self {
        case .virtualHosts, .users, .globalParameters: text("name")
        case .permissions: "\(text("user")) in \(text("vhost"))"
        case .topicPermissions: "\(text("user")) on \(text("exchange")) in \(text("vhost"))"
        case .parameters: "\(text("component")) \(text("name")) in \(text("vhost"))"
        case .policies, .queues, .exchanges: "\(text("name")) in \(text("vhost"))"
        case .bindings:
            "\(text("source")) to \(text("destination")) by '\(text("routing_key"))' in "
                + text("vhost")
        }
    }
}
