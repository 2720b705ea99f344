import Dispatch
import Synchronization

/// Reads a pipe to its end beside the test.
final class Reader: Sendable {
    private let lines = Mutex<[String]>([])
    private let group = DispatchGroup()

    init(_ descriptor: CInt) {
        DispatchQueue(label: "reader").async(group: self.group) {
            let lines = LogTests.lines(of: descriptor)
            self.lines.withLock { $0 = lines }
        }
    }

    /// All lines, once the writing end is closed.
    func finish() -> [String] {
        self.group.wait()
        return self.lines.withLock { $0 }
    }
}
