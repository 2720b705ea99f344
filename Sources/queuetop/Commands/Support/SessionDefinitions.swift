import BrokerLink
import DefinitionsFile
import ManagementAPI

/// Definitions as RabbitMQ writes them, of whichever broker the session is about.
extension CommandSession {
    func definitions() async throws(CommandFailure) -> [UInt8] {
        if let stored = self.stored {
            return await DefinitionsExport(of: stored.engine, version: Version.text).bytes
        }
        let link = try self.definitionsLink
        return try await asked { () async throws(LinkError) in try await link.definitions() }
    }

    /// - Parameter path: A file, looked through before anything is changed.
    func define(_ path: String) async throws(CommandFailure) {
        do throws(DefinitionsError) {
            let definitions = try DefinitionsFile(path: path).read()
            if let stored = self.stored {
                let reasons = await stored.engine.merge(definitions)
                guard reasons.isEmpty else { throw .refused(path: path, reasons: reasons) }
                return
            }
        } catch {
            throw CommandFailure(StartFailure.definitions(error))
        }
        let bytes = try InputLines(path: path, whole: true).next() ?? []
        let link = try self.definitionsLink
        try await asked { () async throws(LinkError) in try await link.define(bytes) }
    }

    private var definitionsLink: any DefinitionsLink {
        get throws(CommandFailure) {
            guard let link = self.link as? any DefinitionsLink else {
                throw CommandFailure(
                    .unavailable, "\(self.broker.product) has no definitions to ask for.")
            }
            return link
        }
    }
}
