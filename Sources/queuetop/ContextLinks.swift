import BrokerLink
import Settings

/// Opens links to the brokers that the configuration names.
enum ContextLinks {
    /// - Throws: ``LinkError``, which says why and holds no secret.
    static func open(_ context: ContextSettings) async throws -> any BrokerLink {
        throw LinkError.notAttempted(
            reason: "This build reaches only the broker in its own process, not \(context.url).")
    }
}
