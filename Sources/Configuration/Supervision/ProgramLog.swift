import Glibc
import Logging
import Synchronization

/// The log of this process: where it goes, how it looks, and how much it says, which may change
/// while it runs.
package final class ProgramLog: Sendable {
    /// How lines look.
    package enum Form: Sendable {
        case text, json
    }

    private struct State {
        var form: Form
        var level: Logger.Level
    }

    private let writer: LogWriter
    // Guards form and level; nothing is called while it is held.
    private let state: Mutex<State>

    /// - Parameter descriptor: Standard error, unless a test has another one.
    package init(form: Form, level: Logger.Level, descriptor: CInt = STDERR_FILENO) {
        self.state = Mutex(State(form: form, level: level))
        self.writer = LogWriter(descriptor: descriptor) { count in
            LogLine(
                time: LogTime.now(), level: .warning,
                message: "lines of the log were left out: nobody reads it as fast",
                fields: [.init("count", "\(count)")]
            ).text
        }
    }

    /// The least that is written.
    package var level: Logger.Level { self.state.withLock { $0.level } }

    /// Changes form and level from the next line on.
    package func change(form: Form, level: Logger.Level) {
        self.state.withLock { $0 = State(form: form, level: level) }
    }

    /// A logger that writes here.
    package var logger: Logger {
        Logger(label: "queuetop") { _ in ProgramLogHandler(log: self) }
    }

    /// Returns when everything so far is written.
    package func flush() { self.writer.flush() }

    fileprivate func write(_ line: LogLine) {
        switch self.state.withLock({ $0.form }) {
        case .text: self.writer.write(line.text)
        case .json: self.writer.write(line.json)
        }
    }
}

/// Brings what a logger is told to the one log of the process.
private struct ProgramLogHandler: LogHandler {
    let log: ProgramLog
    var metadata: Logger.Metadata = [:]
    /// Set by nobody but swift-log's own calls; the log's level counts.
    var logLevel: Logger.Level {
        get { self.log.level }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = self.metadata.merging(event.metadata ?? [:]) { _, newer in newer }
        let fields = all.sorted { $0.key < $1.key }.map { LogLine.Field($0.key, "\($0.value)") }
        self.log.write(
            LogLine(
                time: LogTime.now(), level: event.level, message: event.message.description,
                fields: fields))
    }
}

/// The time of a line.
private enum LogTime {
    /// `2026-11-26T08:00:00.123Z`.
    static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        func padded(_ number: Int32, _ digits: Int) -> String {
            let text = "\(number)"
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        let day = [parts.tm_year + 1_900, parts.tm_mon + 1, parts.tm_mday]
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec]
        return day.map { padded($0, 2) }.joined(separator: "-") + "T"
            + clock.map { padded($0, 2) }.joined(separator: ":") + "."
            + padded(Int32(time.tv_nsec / 1_000_000), 3) + "Z"
    }
}
