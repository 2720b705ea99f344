import Glibc
import Testing

/// A folder of its own for a test, removed with everything in it at the end.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/queuetop-test-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
        self.path = String(cString: try #require(made))
    }

    deinit { Self.remove(self.path) }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { Self.remove("\(path)/\(name)") }
            }
            closedir(folder)
        }
        Glibc.remove(path)
    }

    func write(_ text: String, to name: String) throws {
        let file = try #require(fopen("\(self.path)/\(name)", "w"))
        fputs(text, file)
        fclose(file)
    }

    /// The lines of a file; none when it does not exist.
    static func lines(of path: String) -> [String] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var lines: [String] = []
        var buffer = [CChar](repeating: 0, count: 65_536)
        while fgets(&buffer, Int32(buffer.count), file) != nil {
            let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            lines.append(String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline })
        }
        return lines
    }

    static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }
}
