import Glibc
import Messaging

/// Reads a file, standard input or a text, line by line or as a whole.
///
/// Memory holds one line and what one read gave.
final class InputLines {
    private let path: String
    private let file: CInt
    private let isWhole: Bool
    private var pending: [UInt8] = []
    /// Bytes of `pending` that were handed out.
    private var taken = 0
    /// Where to look for the end of a line from.
    private var searched = 0
    private var isAtEnd = false
    private var isDone = false
    private(set) var lineNumber = 0

    private static let readBytes = 262_144

    /// - Parameters:
    ///   - path: A dash is standard input.
    ///   - whole: All of it is one piece, its last line feed included.
    init(path: String, whole: Bool) throws(CommandFailure) {
        self.path = path == "-" ? "standard input" : path
        self.isWhole = whole
        self.file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard self.file >= 0 else {
            throw CommandFailure(.noInput, "Cannot read \(path): \(FileFailure().reason).")
        }
    }

    /// The body that a command line means: an argument, else a file, else standard input.
    static func of(
        _ text: String?, file: String?, isWhole: Bool
    ) throws(CommandFailure) -> InputLines {
        guard let text else { return try InputLines(path: file ?? "-", whole: isWhole) }
        return InputLines(text: text)
    }

    init(text: String) {
        self.path = "the argument"
        self.isWhole = true
        self.file = -1
        self.pending = Array(text.utf8)
        self.isAtEnd = true
    }

    deinit { if self.file > STDIN_FILENO { close(self.file) } }

    /// The next line without its line feed, or the whole; nil at the end.
    func next() throws(CommandFailure) -> [UInt8]? {
        guard !self.isDone else { return nil }
        if self.isWhole { return try self.rest() }
        while true {
            if let end = self.pending[self.searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(self.pending[self.taken..<end])
                self.taken = end + 1
                self.searched = self.taken
                self.lineNumber += 1
                return line
            }
            self.searched = self.pending.count
            guard !self.isAtEnd else { break }
            try self.read()
        }
        self.isDone = true
        // A last line may lack its line feed.
        guard self.taken < self.pending.count else { return nil }
        self.lineNumber += 1
        return Array(self.pending[self.taken...])
    }

    private func rest() throws(CommandFailure) -> [UInt8] {
        while !self.isAtEnd { try self.read() }
        self.isDone = true
        return self.pending
    }

    private func read() throws(CommandFailure) {
        if self.taken > 0 {
            self.pending.removeFirst(self.taken)
            self.searched -= self.taken
            self.taken = 0
        }
        // A line of an export may be a third longer than its body, and escapes make it longer.
        guard self.pending.count <= Limits.bodyBytesMax * 7 else {
            throw CommandFailure(.dataError, "\(self.path) has a line that is too long.")
        }
        let start = self.pending.count
        self.pending.append(contentsOf: repeatElement(0, count: Self.readBytes))
        let count = self.pending.withUnsafeMutableBytes {
            Glibc.read(self.file, $0.baseAddress! + start, Self.readBytes)
        }
        let code = errno
        self.pending.removeLast(Self.readBytes - max(0, count))
        guard count >= 0 || code == EINTR else {
            throw CommandFailure(.noInput, "Cannot read \(self.path): \(FileFailure(code).reason).")
        }
        self.isAtEnd = count == 0
    }
}
