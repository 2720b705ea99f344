/// A link to a broker that tells its definitions and takes others, in the format of RabbitMQ's
/// management API: one JSON object with users, permissions, virtual hosts, policies, queues,
/// exchanges and bindings.
package protocol DefinitionsLink: BrokerLink {
    /// All that is defined there.
    func definitions() async throws(LinkError) -> [UInt8]

    /// Adds what is defined; what is there already stays.
    func define(_ definitions: [UInt8]) async throws(LinkError)
}
