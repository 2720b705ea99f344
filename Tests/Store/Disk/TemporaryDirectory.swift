import Glibc
import Testing

/// A directory of the system's that goes with the test, with the files in it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/queuetop-tests-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        self.path = String(cString: made)
    }

    deinit {
        if let directory = opendir(self.path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                        String(cString: $0)
                    }
                }
                unlink(self.path + "/" + name)
            }
            closedir(directory)
        }
        rmdir(self.path)
    }
}
