import Core
import Messaging

/// What administrators set by name; each call is one batch. See `Broker` for what each does.
extension Engine {
    /// By component, virtual host and name.
    package var parameters: [RuntimeParameter] { self.broker.parameters }

    /// nil when it is not set.
    package func parameter(_ key: RuntimeParameter.Key) -> FieldValue? {
        self.broker.parameter(key)
    }

    /// Sets a value in place of the one before.
    ///
    /// - Returns: Why that cannot be; nil when it was done.
    package func setParameter(_ parameter: RuntimeParameter) -> AccessProblem? {
        self.operation { broker, _ in broker.setParameter(parameter) }
    }

    /// - Returns: Whether it was set.
    package func clearParameter(_ key: RuntimeParameter.Key) -> Bool {
        self.operation { broker, _ in broker.clearParameter(key) }
    }

    /// Sets one limit among others, or takes it back with nil, in one batch.
    ///
    /// - Returns: Why that cannot be; nil when it was done.
    package func setLimit(
        _ name: String, _ value: FieldValue?, at key: RuntimeParameter.Key
    ) -> AccessProblem? {
        self.operation { broker, _ in broker.setLimit(name, value, at: key) }
    }

    /// What a virtual host says of itself.
    package func metadata(of host: VirtualHostName) -> HostMetadata {
        self.broker.metadata(of: host)
    }

    /// - Returns: Why that cannot be; nil when it was done.
    package func setMetadata(
        _ metadata: HostMetadata, of host: VirtualHostName
    ) -> AccessProblem? {
        self.operation { broker, _ in broker.setMetadata(metadata, of: host) }
    }
}
