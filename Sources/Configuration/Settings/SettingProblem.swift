/// Why a configuration cannot be used: where, what is wrong, and what is allowed.
///
/// What may be a secret is never repeated in it.
package enum SettingProblem: Error, Equatable, Sendable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case tooBig(path: String, bytesMax: Int)
    case notYAML(path: String, line: Int?, reason: String)
    /// There is no such key; `known` are those that may stand there.
    case unknownKey(String, SettingPlace, known: [String])
    case repeatedKey(String, SettingPlace)
    /// A group of keys where one value belongs, or the other way round.
    case wrongShape(String, SettingPlace, allowed: String)
    /// - Parameter given: What was given; nil when it may be a secret.
    case wrongValue(String, SettingPlace, given: String?, allowed: String)
    case missing(String, SettingPlace, allowed: String)
    case noSuchContext(String, known: [String])
    /// A secret cannot be had from where the configuration says that it is.
    case noSecret(String, reason: String)

    package var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "The configuration \(path) cannot be read: \(reason). Correct it, or name another "
                + "file with --config."
        case .tooBig(let path, let bytesMax):
            "The configuration \(path) has more than \(bytesMax) bytes. That is no file of "
                + "settings; name another one with --config."
        case .notYAML(let path, let line, let reason):
            "The configuration \(path)\(line.map { ", line \($0)," } ?? "") is not YAML: "
                + "\(reason)."
        case .unknownKey(let key, let place, let known):
            "\(place): there is no setting '\(key)'. Allowed here: "
                + known.joined(separator: ", ") + "."
        case .repeatedKey(let key, let place):
            "\(place): '\(key)' stands there twice. Remove one of them."
        case .wrongShape(let key, let place, let allowed):
            "\(place): '\(key)' has the wrong form. Allowed: \(allowed)."
        case .wrongValue(let key, let place, let given, let allowed):
            "\(place): '\(key)' \(given.map { "is '\($0)'" } ?? "cannot be used"). "
                + "Allowed: \(allowed)."
        case .missing(let key, let place, let allowed):
            "\(place): '\(key)' is missing. Needed: \(allowed)."
        case .noSuchContext(let name, let known):
            "There is no context '\(name)' in the configuration"
                + (known.isEmpty ? "; it has none." : ", only \(known.joined(separator: ", ")).")
        case .noSecret(let name, let reason):
            "The password of the context '\(name)' cannot be had: \(reason)."
        }
    }
}

extension SettingProblem {
    /// Whether what is wrong was given on the command line.
    package var isOfCommandLine: Bool {
        switch self {
        case .unknownKey(_, .flag, _), .repeatedKey(_, .flag), .wrongShape(_, .flag, _),
            .wrongValue(_, .flag, _, _), .missing(_, .flag, _):
            true
        case .unknownKey, .repeatedKey, .wrongShape, .wrongValue, .missing, .unreadable, .tooBig,
            .notYAML, .noSuchContext, .noSecret:
            false
        }
    }
}
