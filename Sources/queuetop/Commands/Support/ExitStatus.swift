import ArgumentParser
import Glibc

/// What the program says with its exit code, as `sysexits.h` names them: the one table.
enum ExitStatus: Int32, CaseIterable {
    case success = 0
    case warning = 1
    case fault = 2
    case usage = 64
    case dataError = 65
    case noInput = 66
    case unavailable = 69
    case internalError = 70
    case cannotCreate = 73
    case outcomeUnknown = 75
    case notAllowed = 77
    case configuration = 78

    var meaning: String {
        switch self {
        case .success: "done; also when you end --watch or consume yourself, or nobody reads on"
        case .warning: "doctor alone: a warning"
        case .fault: "doctor alone: something does not work"
        case .usage: "the arguments are wrong, or a confirmation cannot be asked for"
        case .dataError: "a file's contents are wrong, or the data directory is damaged"
        case .noInput: "what was named does not exist: a queue, an exchange, a virtual host, a file"
        case .unavailable: "the broker is not reached, or cannot do that"
        case .internalError: "a defect of this program"
        case .cannotCreate: "a file cannot be written, the audit log included"
        case .outcomeUnknown:
            "less was done than was asked for, or nothing, or it is not known: look first"
        case .notAllowed:
            "refused: by the broker, a login included, by a read-only context, or by your own no"
        case .configuration: "the surroundings are not set up: the configuration, certificates"
        }
    }

    /// Ends the program at once, as `StartFailure` does.
    func endProgram() -> Never { _exit(self.rawValue) }
}
