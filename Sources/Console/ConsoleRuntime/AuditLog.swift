import Glibc
import Messaging

/// Why the audit log could not be written, and what to do about it.
package struct AuditError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String {
        "The audit log \(self.path) cannot be written: \(self.reason). "
            + "Make it writable, or set XDG_STATE_HOME to a folder that is."
    }
}

/// Writes down who changed what: one JSON object a line, before the act and after it.
///
/// The file is opened for each line with `O_APPEND`, so that several consoles can share it and it
/// may be moved away while one runs. A line is handed to the kernel before the act begins; it is
/// not synced: a crash of the program loses none, a crash of the machine may lose the last ones.
package actor AuditLog {
    private let path: String?
    private let user: String
    private let now: @Sendable () -> Timestamp
    private var actCount = 0

    /// - Parameter path: Nil when there is nowhere to write: then every act is refused.
    package init(path: String?, now: @escaping @Sendable () -> Timestamp) {
        self.path = path
        self.now = now
        self.user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(getuid())"
    }

    /// Writes that an act is about to begin.
    ///
    /// - Returns: The act's number, for ``end(_:outcome:)``.
    /// - Throws: ``AuditError``; then the act must not be done.
    package func begin(_ act: AuditedAct, broker: String) throws(AuditError) -> Int {
        self.actCount += 1
        var line = self.line(of: self.actCount, phase: "begin")
        line.add("user", self.user)
        line.add("broker", broker)
        act.describe(in: &line)
        try self.append(line)
        return self.actCount
    }

    /// Writes how an act ended.
    package func end(_ number: Int, outcome: String) throws(AuditError) {
        var line = self.line(of: number, phase: "end")
        line.add("outcome", outcome)
        try self.append(line)
    }

    private func line(of number: Int, phase: String) -> AuditLine {
        var line = AuditLine()
        line.add("time", UTCText.of(self.now()))
        line.add("process", Int(getpid()))
        line.add("act", number)
        line.add("phase", phase)
        return line
    }

    private func append(_ line: AuditLine) throws(AuditError) {
        guard let path = self.path else {
            throw AuditError(
                path: "audit.log", reason: "neither XDG_STATE_HOME nor HOME names a folder")
        }
        Self.makeParents(of: path)
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw AuditError(path: path, reason: Self.reason()) }
        defer { close(file) }
        let bytes = Array(line.text.utf8)
        // One call a line: lines of several consoles never mix.
        let written = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard written == bytes.count else {
            let reason = written < 0 ? Self.reason() : "the disk is full"
            throw AuditError(path: path, reason: reason)
        }
    }

    private static func makeParents(of path: String) {
        var parent = ""
        for part in path.split(separator: "/").dropLast() {
            parent += "/\(part)"
            // What cannot be made shows when the file is opened.
            mkdir(parent, 0o700)
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
