import Glibc
import PlainJSON
import Reports

/// Standard output and what it is connected to.
enum CommandOutput {
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// How a report looks there: cut to a terminal, with colours where nobody forbids them
    /// (no-color.org).
    static var style: ReportStyle {
        guard self.isTerminal else { return .plain }
        var size = winsize()
        let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let isPlain = Self.environment("NO_COLOR") != nil || Self.environment("TERM") == "dumb"
        return ReportStyle(columns: hasSize ? Int(size.ws_col) : nil, hasColours: !isPlain)
    }

    /// Writes lines; one call, so that what reads along sees whole reports.
    static func write(_ lines: [String]) throws(CommandFailure) {
        try self.write(Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    static func write(_ document: JSON) throws(CommandFailure) {
        try self.write(Array((document.indentedText + "\n").utf8))
    }

    /// Writes bytes as they are.
    static func write(_ bytes: [UInt8]) throws(CommandFailure) {
        do throws(FileFailure) {
            try bytes.writeAll(to: STDOUT_FILENO)
        } catch {
            guard !error.isUnread else { throw .unread }
            throw CommandFailure(.cannotCreate, "Cannot write to standard output: \(error.reason).")
        }
    }

    /// Writes what a command says at its end.
    ///
    /// What was done stays done, and how it went is for the exit code to say, read or not.
    static func conclude(_ text: String) throws(CommandFailure) {
        do throws(CommandFailure) {
            try self.write(Array(text.utf8))
        } catch {
            guard error.isUnread else { throw error }
        }
    }

    static func conclude(_ lines: [String]) throws(CommandFailure) {
        try self.conclude(lines.joined(separator: "\n") + "\n")
    }

    static func conclude(_ document: JSON) throws(CommandFailure) {
        try self.conclude(document.indentedText + "\n")
    }

    /// Says something to the person, beside what the command prints.
    static func tell(_ text: String) { StandardStream.error.write("\(text)\n") }

    /// Shows how far something is in one line that the next call overwrites; only on a terminal.
    static func progress(_ text: String) {
        guard self.errorIsTerminal else { return }
        StandardStream.error.write("\r\u{1B}[K\(text)")
    }

    /// Takes the line of ``progress(_:)`` away.
    static func endProgress() {
        guard self.errorIsTerminal else { return }
        StandardStream.error.write("\r\u{1B}[K")
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// What the operating system says about a file that failed.
struct FileFailure: Error {
    let reason: String
    /// Whether the file is a pipe that nobody reads any more.
    let isUnread: Bool

    init(_ code: CInt = errno) {
        self.reason = String(cString: strerror(code))
        self.isUnread = code == EPIPE
    }
}

extension [UInt8] {
    /// Writes all of it, however little each call takes.
    func writeAll(to file: CInt) throws(FileFailure) {
        var rest = self[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw FileFailure() }
            rest = rest.dropFirst(Swift.max(0, count))
        }
    }
}
