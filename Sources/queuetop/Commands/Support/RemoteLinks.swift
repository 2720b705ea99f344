import BrokerLink
import Messaging

/// A link, and what has to end with it.
struct OpenedLink: Sendable {
    var link: any BrokerLink
    /// Ends the link and what it runs on.
    var close: @Sendable () async -> Void
}

/// How commands reach a broker in another process: the one place for it.
enum RemoteLinks {
    /// Opens a link.
    ///
    /// Only publishing, consuming and importing speak AMQP by themselves and do without.
    static func open(_ broker: RemoteBroker) async throws(CommandFailure) -> OpenedLink {
        let what =
            switch broker.origin {
            case .attached: "the broker at \(broker.words)"
            case .process(let pid, _, let directory):
                "process \(pid.map(String.init) ?? "?"), which serves \(directory)"
            }
        throw CommandFailure(
            .unavailable,
            "This queuetop has no link to \(what): its management API is needed for that. "
                + "Stop that broker to work on its data directory, or use `publish`, `consume` "
                + "and `import`, which speak AMQP.")
    }

    /// Where a broker is reached by AMQP.
    static func endpoint(of broker: RemoteBroker) throws(CommandFailure) -> AMQPAddress {
        let text =
            switch broker.origin {
            case .attached(let text): text
            case .process(_, let address, _): address
            }
        return try AMQPAddress(text, virtualHost: broker.virtualHost)
    }

    /// Whether a text is the name of a context.
    static func isContext(_ name: String) -> Bool { false }
}

/// Definitions as RabbitMQ writes them: how a broker tells them, and takes them when it is not in
/// this process. The one place for it.
enum DefinitionLinks {
    static func export(_ session: CommandSession) async throws(CommandFailure) -> String {
        throw CommandFailure(
            .unavailable,
            "This queuetop does not write definitions yet: ask the broker's management API, "
                + "with `rabbitmqadmin export FILE`.")
    }

    static func load(
        _ path: String, into session: CommandSession
    ) async throws(CommandFailure) {
        throw CommandFailure(
            .unavailable,
            "This queuetop takes definitions into its own data directory only: ask the broker's "
                + "management API, with `rabbitmqadmin import FILE`.")
    }
}
