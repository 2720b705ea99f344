import ArgumentParser
import Logging
import Settings
import Supervision

/// What a broker without a console says, and how it ends.
struct ServeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Lines of the log on standard error: text or json. (default: text)",
            valueName: "format"), completion: .list(LogFormat.allCases.map(\.rawValue)))
    var logFormat: String?

    @Option(
        help: ArgumentHelp(
            "The least that is logged: debug, info, notice, warning or error. (default: info)",
            valueName: "level"), completion: .list(LogLevel.allCases.map(\.rawValue)))
    var logLevel: String?

    @Option(
        help: ArgumentHelp(
            "How long clients have to take their leave at the end, such as 30s. (default: 3s)",
            valueName: "time"))
    var drain: String?

    /// What was given on the command line, in the words of the configuration.
    var flags: [SettingKey: String] {
        var flags: [SettingKey: String] = [:]
        flags[.logFormat] = self.logFormat
        flags[.logLevel] = self.logLevel
        flags[.drain] = self.drain
        return flags
    }
}

extension LogSettings {
    /// What is written where nobody said how.
    var form: ProgramLog.Form {
        switch self.format {
        case .json: .json
        case .text, nil: .text
        }
    }

    /// What is written where nobody said how much.
    var threshold: Logger.Level {
        switch self.level {
        case .debug: .debug
        case .info, nil: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
