import Core
import FoundationEssentials
import Messaging

/// Reads definitions from a file in the format that RabbitMQ exports and imports.
///
///     { "vhosts":     [{"name": "/"}],
///       "users":      [{"name": "orders", "password_hash": "…", "tags": ["monitoring"],
///                       "hashing_algorithm": "rabbit_password_hashing_sha256"}],
///       "permissions": [{"user": "orders", "vhost": "/", "configure": "", "write": "^orders",
///                       "read": "^orders"}],
///       "topic_permissions": [{"user": "orders", "vhost": "/", "exchange": "amq.topic",
///                       "write": "^orders\\.", "read": ".*"}],
///       "policies":   [{"vhost": "/", "name": "limit", "pattern": "^orders\\.", "priority": 1,
///                       "apply-to": "queues", "definition": {"max-length": 100000}}],
///       "parameters": [{"component": "operator_policy", "vhost": "/", "name": "cap",
///                       "value": {"pattern": ".*", "definition": {"max-length": 1000000}}}],
///       "global_parameters": [{"name": "cluster_name", "value": "shop"}],
///       "exchanges": […], "queues": […], "bindings": […] }
///
/// Every part may be missing. Parameters of components that are unknown here, such as shovels,
/// are passed over. Instead of a `password_hash` there may be a `password`.
/// Source: RabbitMQ 3.10, "Schema Definition Export and Import".
package struct DefinitionsFile: Sendable {
    /// Bytes that a file may have at most: one with 100,000 queues has about 20 million.
    package static let bytesMax = 134_217_728

    package let path: String

    package init(path: String) { self.path = path }

    /// - Throws: ``DefinitionsError``: what is wrong with the file, and where.
    package func read() throws(DefinitionsError) -> Definitions {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: self.path))
        } catch {
            throw .unreadable(path: self.path, reason: Self.reason(error))
        }
        guard bytes.count <= Self.bytesMax else {
            throw .unreadable(
                path: self.path, reason: "it has more than \(Self.bytesMax) bytes")
        }
        do {
            return try JSONDecoder().decode(Contents.self, from: bytes).definitions
        } catch let error as DecodingError {
            throw .malformed(path: self.path, reason: error.sentence)
        } catch {
            throw .malformed(path: self.path, reason: "\(error)")
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        return switch error.code {
        case .fileReadNoSuchFile: "there is no such file"
        case .fileReadNoPermission: "this user may not read it"
        default: "it cannot be read"
        }
    }
}

/// Why definitions were not taken, and what to do.
package enum DefinitionsError: Error, Equatable, Sendable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case malformed(path: String, reason: String)
    /// The broker did not take all of them; each reason is a sentence.
    case refused(path: String, reasons: [String])

    package var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "Cannot read the definitions \(path): \(reason). Name a file with --definitions."
        case .malformed(let path, let reason):
            "\(path) is no file of definitions: \(reason). It needs the JSON that "
                + "`rabbitmqadmin export` writes."
        case .refused(let path, let reasons):
            "\(path) was not taken as a whole: \(reasons.joined(separator: "; ")). Mend that and "
                + "load it again."
        }
    }
}

extension DecodingError {
    /// What is wrong and where, in one line.
    var sentence: String {
        func place(_ context: Context) -> String {
            let path = context.codingPath.map { key in
                key.intValue.map { "entry \($0 + 1)" } ?? "'\(key.stringValue)'"
            }
            return path.isEmpty ? "" : " in \(path.joined(separator: ", "))"
        }
        switch self {
        case .keyNotFound(let key, let context):
            return "'\(key.stringValue)' is missing\(place(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "a value of another kind is expected\(place(context))"
        case .dataCorrupted(let context):
            let reason = context.debugDescription
            return (reason.hasSuffix(".") ? String(reason.dropLast()) : reason) + place(context)
        @unknown default:
            return "it cannot be decoded"
        }
    }
}
