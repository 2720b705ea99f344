import Dispatch
import Glibc
import Synchronization

/// Writes lines to a descriptor on a queue of its own, so that nobody who logs waits for it.
///
/// When its reader is slow, lines wait; past ``waitingMax`` they are left out and counted, and the
/// next line that is written is preceded by how many were.
package final class LogWriter: Sendable {
    /// Lines that may wait for the descriptor.
    package static let waitingMax = 10_000

    private let descriptor: CInt
    private let queue = DispatchQueue(label: "queuetop.log")
    private let waiting = Atomic(0)
    private let leftOut = Atomic(0)
    private let leftOutLine: @Sendable (Int) -> String

    /// - Parameters:
    ///   - descriptor: Stays the caller's.
    ///   - leftOutLine: The line that says that so many are missing.
    package init(descriptor: CInt, leftOutLine: @escaping @Sendable (Int) -> String) {
        self.descriptor = descriptor
        self.leftOutLine = leftOutLine
    }

    /// Has a line written, in its turn.
    package func write(_ line: String) {
        guard self.waiting.wrappingAdd(1, ordering: .relaxed).newValue <= Self.waitingMax else {
            self.waiting.wrappingSubtract(1, ordering: .relaxed)
            self.leftOut.wrappingAdd(1, ordering: .relaxed)
            return
        }
        let leftOut = self.leftOut.exchange(0, ordering: .relaxed)
        self.queue.async {
            if leftOut > 0 { self.put(self.leftOutLine(leftOut) + "\n") }
            self.put(line + "\n")
            self.waiting.wrappingSubtract(1, ordering: .relaxed)
        }
    }

    /// Returns when everything so far is written.
    package func flush() { self.queue.sync {} }

    private func put(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(self.descriptor, $0.baseAddress, $0.count)
            }
            // Nobody reads it any more, or the disk is full: there is nowhere left to say so.
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
