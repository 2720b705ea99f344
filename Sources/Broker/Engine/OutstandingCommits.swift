import Core

/// How much the store was given and has not done.
struct OutstandingCommits {
    /// Bytes from which on publishers are paused, and at which they go on.
    private static let bytesMax = 33_554_432
    private static let bytesLow = 8_388_608

    private var commits: [(number: CommitNumber, bytes: Int)] = []
    private var head = 0
    private var bytes = 0
    private var isBehind = false

    var isEmpty: Bool { self.head == self.commits.count }

    /// - Returns: Whether the store is behind from now on.
    mutating func add(_ number: CommitNumber, _ bytes: Int) -> Bool {
        self.commits.append((number, bytes))
        self.bytes += bytes
        guard !self.isBehind, self.bytes > Self.bytesMax else { return false }
        self.isBehind = true
        return true
    }

    /// - Returns: Whether the store has caught up.
    mutating func remove(upTo number: CommitNumber) -> Bool {
        while self.head < self.commits.count, self.commits[self.head].number <= number {
            self.bytes -= self.commits[self.head].bytes
            self.head += 1
        }
        if self.head == self.commits.count {
            self.commits.removeAll(keepingCapacity: self.head < 4_096)
            self.head = 0
        }
        guard self.isBehind, self.bytes <= Self.bytesLow else { return false }
        self.isBehind = false
        return true
    }
}
