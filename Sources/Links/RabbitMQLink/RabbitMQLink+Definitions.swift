import BrokerLink

extension RabbitMQLink: DefinitionsLink {
    package func definitions() async throws(LinkError) -> [UInt8] {
        do throws(ManagementFault) {
            return try await self.management.fetch(["definitions"])
        } catch {
            throw error.linkError
        }
    }

    package func define(_ definitions: [UInt8]) async throws(LinkError) {
        do throws(ManagementFault) {
            try await self.management.send(["definitions"], definitions)
        } catch {
            guard case .unreachable = error else { throw error.linkError }
            throw .outcomeUnknown(action: "the import of the definitions")
        }
    }
}
