import Glibc

/// Why a file could not be read as text.
enum FileFault: Error, Equatable {
    case missing
    case tooBig
    case notText
    case failed(String)

    var reason: String {
        switch self {
        case .missing: "there is no such file"
        case .tooBig: "it is too long"
        case .notText: "it is not UTF-8"
        case .failed(let reason): reason
        }
    }
}

/// Small files, read whole.
enum TextFile {
    /// Bytes of a file with one password.
    static let secretBytesMax = 4_096

    static func read(_ path: String, bytesMax: Int) throws(FileFault) -> String {
        let descriptor = try Self.open(path)
        defer { close(descriptor) }
        return try Self.text(of: descriptor, bytesMax: bytesMax)
    }

    /// The one line of a file that nobody but its owner may read (mode 0600 or less).
    static func readSecret(_ path: String) throws(FileFault) -> String {
        let descriptor = try Self.open(path)
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .failed(Self.reason()) }
        guard status.st_mode & 0o077 == 0 else {
            throw .failed("others may read it; make it yours alone with chmod 600")
        }
        guard status.st_uid == geteuid() else {
            throw .failed("it belongs to another user")
        }
        let text = try Self.text(of: descriptor, bytesMax: Self.secretBytesMax)
        let line = text.prefix { !$0.isNewline }
        guard !line.isEmpty else { throw .failed("its first line is empty") }
        return String(line)
    }

    private static func open(_ path: String) throws(FileFault) -> CInt {
        // Without waiting: the path may be that of a pipe which nobody writes to.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing : .failed(Self.reason())
        }
        return descriptor
    }

    private static func text(of descriptor: CInt, bytesMax: Int) throws(FileFault) -> String {
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .failed(Self.reason()) }
            if got == 0 { break }
            count += got
        }
        guard count <= bytesMax else { throw .tooBig }
        guard let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
            throw .notText
        }
        return text
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
