import BrokerLink
import Core
import DefinitionsFile
import ManagementAPI
import PlainJSON
import Reports

/// Definitions as RabbitMQ writes them, of whichever broker the session is about.
extension CommandSession {
    func definitions() async throws(CommandFailure) -> [UInt8] {
        if let stored = self.stored {
            return await DefinitionsExport(of: stored.engine, version: Version.text).bytes
        }
        let link = try self.definitionsLink
        return try await asked { () async throws(LinkError) in try await link.definitions() }
    }

    /// What an import of a file would do here.
    func compare(_ file: DefinitionsInput) async throws(CommandFailure) -> DefinitionsComparison {
        let bytes = try await self.definitions()
        let there: JSON
        do throws(JSONError) {
            there = try JSON(parsing: bytes)
        } catch {
            throw CommandFailure(
                .unavailable, "\(self.broker.product) does not tell what it has: \(error).")
        }
        return DefinitionsComparison(of: file.json, with: there)
    }

    func define(_ file: DefinitionsInput) async throws(CommandFailure) {
        if let stored = self.stored {
            let reasons = await stored.engine.merge(file.definitions)
            guard reasons.isEmpty else {
                throw CommandFailure(
                    StartFailure.definitions(.refused(path: file.path, reasons: reasons)))
            }
            return
        }
        let link = try self.definitionsLink
        try await asked { () async throws(LinkError) in try await link.define(file.bytes) }
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

/// A file of definitions that can be imported.
struct DefinitionsInput: Sendable {
    let path: String
    let bytes: [UInt8]
    let definitions: Definitions
    let json: JSON

    /// Reads the file and looks it through, before anything is changed.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        do throws(DefinitionsError) {
            self.definitions = try DefinitionsFile(path: path).read()
        } catch {
            throw CommandFailure(StartFailure.definitions(error))
        }
        self.bytes = try InputLines(path: path, whole: true).next() ?? []
        do throws(JSONError) {
            self.json = try JSON(parsing: self.bytes)
        } catch {
            throw CommandFailure(
                StartFailure.definitions(.malformed(path: path, reason: "\(error)")))
        }
    }
}
