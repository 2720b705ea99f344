/// How many dead letters of each origin lie in one queue.
///
/// A queue gets dead letters from a few others at most, so a short array serves.
struct DeadLedger {
    private struct Line {
        var origin: QueueID
        var ready = 0
        var unacked = 0
    }

    private var lines: [Line] = []

    var isEmpty: Bool { self.lines.isEmpty }

    private func index(of origin: QueueID) -> Int? {
        self.lines.firstIndex { $0.origin == origin }
    }

    mutating func arrived(from origin: QueueID) {
        if let index = self.index(of: origin) {
            self.lines[index].ready += 1
        } else {
            self.lines.append(Line(origin: origin, ready: 1))
        }
    }

    mutating func delivered(from origin: QueueID) {
        guard let index = self.index(of: origin) else { return }
        self.lines[index].ready -= 1
        self.lines[index].unacked += 1
    }

    mutating func requeued(from origin: QueueID) {
        guard let index = self.index(of: origin) else { return }
        self.lines[index].unacked -= 1
        self.lines[index].ready += 1
    }

    mutating func leftUnacked(from origin: QueueID) {
        guard let index = self.index(of: origin) else { return }
        self.lines[index].unacked -= 1
        self.dropIfEmpty(index)
    }

    mutating func leftReady(from origin: QueueID) {
        guard let index = self.index(of: origin) else { return }
        self.lines[index].ready -= 1
        self.dropIfEmpty(index)
    }

    /// Forgets all that are ready and says how many of each origin there were.
    mutating func dropReady() -> [(origin: QueueID, count: Int)] {
        let dropped = self.lines.map { (origin: $0.origin, count: $0.ready) }
        for index in self.lines.indices { self.lines[index].ready = 0 }
        self.lines.removeAll { $0.unacked == 0 }
        return dropped
    }

    /// Forgets everything and says how many of each origin there were.
    mutating func dropAll() -> [(origin: QueueID, count: Int)] {
        defer { self.lines = [] }
        return self.lines.map { (origin: $0.origin, count: $0.ready + $0.unacked) }
    }

    private mutating func dropIfEmpty(_ index: Int) {
        let line = self.lines[index]
        if line.ready == 0, line.unacked == 0 { self.lines.remove(at: index) }
    }
}
