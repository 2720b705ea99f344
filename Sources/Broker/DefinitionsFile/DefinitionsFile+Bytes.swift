import Core
import FoundationEssentials
import Messaging

extension DefinitionsFile {
    /// What the bytes of such a file say.
    ///
    /// - Throws: ``DefinitionsError/malformed(path:reason:)`` with `the request` for a path.
    package static func definitions(in bytes: [UInt8]) throws(DefinitionsError) -> Definitions {
        do {
            return try JSONDecoder().decode(Contents.self, from: Data(bytes)).definitions
        } catch let error as DecodingError {
            throw .malformed(path: "the request", reason: error.sentence)
        } catch {
            throw .malformed(path: "the request", reason: "\(error)")
        }
    }
}
