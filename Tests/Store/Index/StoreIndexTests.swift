import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("The store's index")
struct StoreIndexTests {
    /// The index, and what it has to say, after the same steps.
    private struct Pair {
        var random: TestGenerator
        var index = StoreIndex()
        var model = IndexModel()
        var files: [Int] = []
        var queues = (0..<4).map { QueueID(slot: $0, incarnation: $0 + 1) }
        var newest: UInt32 = 4

        init(seed: UInt64) throws {
            self.random = TestGenerator(seed: seed)
            let disk = SimulatedDisk(seed: seed)
            for number in 1...3 as ClosedRange<UInt64> {
                let kind = StoredFile.Kind.log(number)
                let handle = try disk.create(StoredFile.name(kind))
                self.files.append(
                    self.index.files.add(StoredFile(kind: kind, handle: handle, bytes: 0)))
            }
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int {
            Int.random(in: range, using: &self.random)
        }

        mutating func step() {
            let queue = self.queues[self.number(0...3)]
            switch self.number(0...99) {
            case 0..<30: self.add(to: queue)
            case 30..<80: self.settle()
            case 80..<85: self.settleAgain()
            case 85..<91: self.settleReady(of: queue)
            case 91..<95: self.move()
            case 95..<99: self.note(queue)
            default: self.renew(self.number(0...3))
            }
        }

        private mutating func add(to queue: QueueID) {
            let level = UInt64(self.number(0...1)) * 255
            let start = self.model.end(of: level, queue) + UInt64(self.number(0...2)) * 24
            var positions: [UInt64] = []
            var end = start
            for _ in 0..<self.number(1...6) {
                positions.append(end)
                end += UInt64(self.number(3...40)) * 8
            }
            let file = self.files[self.number(0...2)]
            let count = UInt32(positions.count)
            self.index.add(
                Extent(
                    start: start, end: end, file: Int32(file), offset: 48, bytes: 0, count: count,
                    live: count),
                to: queue)
            self.model.runs.append(
                .init(
                    queue: queue, start: start, end: end, positions: positions,
                    alive: Set(positions), file: file))
        }

        private mutating func settle() {
            let alive = self.model.runs.filter { !$0.alive.isEmpty }
            guard let run = alive.randomElement(using: &self.random),
                let position = run.alive.sorted().randomElement(using: &self.random)
            else { return }
            self.index.settle(position, of: run.queue)
            self.model.settle(position, of: run.queue)
        }

        /// What is gone, or never was: nothing may change.
        private mutating func settleAgain() {
            if let (queue, position) = self.model.gone.randomElement(using: &self.random) {
                self.index.settle(position, of: queue)
            }
            for queue in [self.queues[0], QueueID(slot: 99, incarnation: 1)] {
                self.index.settle(7 << 56 | 8, of: queue)
                self.index.settle(self.model.end(of: 0, queue) + 80, of: queue)
            }
        }

        private mutating func settleReady(of queue: QueueID) {
            let level = UInt64(self.number(0...1)) * 255
            let ends = self.model.runs.filter { $0.queue == queue && $0.level == level }
                .flatMap { $0.positions + [$0.end] }
            guard let one = ends.randomElement(using: &self.random),
                let other = ends.randomElement(using: &self.random)
            else { return }
            let (from, upTo) = (min(one, other), max(one, other))
            let partial = self.index.settleReady(of: queue, from: from, upTo: upTo)
            // As the machine does once it has read them.
            for extent in partial {
                let run = self.model.runs.first { $0.queue == queue && $0.start == extent.start }
                for position in run?.positions ?? [] where from..<upTo ~= position {
                    self.index.settle(position, of: queue)
                }
            }
            self.model.settleReady(of: queue, from: from, upTo: upTo)
        }

        private mutating func move() {
            guard let place = self.model.runs.indices.randomElement(using: &self.random) else {
                return
            }
            let run = self.model.runs[place]
            let file = self.files[self.number(0...2)]
            self.index.move(run.start, of: run.queue, to: file, at: 4_096)
            self.model.runs[place].file = file
        }

        private mutating func note(_ queue: QueueID) {
            let key = NoteKey(.offset, [UInt8(self.number(0...3))])
            let value: [UInt8]? = self.number(0...2) == 0 ? nil : [UInt8(self.number(0...9))]
            self.index.note(key, value, of: queue)
            self.model.notes[queue, default: [:]][key] = value
        }

        /// Deletes a queue; its name comes back with another incarnation.
        private mutating func renew(_ place: Int) {
            self.index.delete(self.queues[place])
            self.model.delete(self.queues[place])
            self.newest += 1
            self.queues[place] = QueueID(slot: self.queues[place].slot, incarnation: self.newest)
        }
    }

    @Test("after any steps it says what a plain list of records says", arguments: 1...12)
    func againstModel(seed: UInt64) throws {
        var pair = try Pair(seed: seed)
        for step in 0..<1_200 {
            pair.step()
            if step % 5 == 0 { try pair.model.check(pair.index, files: pair.files) }
        }
        try pair.model.check(pair.index, files: pair.files)
        // Nothing of what was deleted stays behind.
        for queue in pair.queues {
            pair.index.delete(queue)
            pair.model.delete(queue)
        }
        try pair.model.check(pair.index, files: pair.files)
        #expect(Array(pair.index.ids).isEmpty)
        #expect(pair.files.allSatisfy { pair.index.files[$0].live == 0 })
    }

    @Test("a file that has another's slot is told of queues that the other knew")
    func slotsAgain() throws {
        let disk = SimulatedDisk(seed: 1)
        var index = StoreIndex()
        let queue = QueueID(slot: 0, incarnation: 1)
        for number in 1...3 as ClosedRange<UInt64> {
            let kind = StoredFile.Kind.segment(number)
            let slot = index.files.add(
                StoredFile(kind: kind, handle: try disk.create(StoredFile.name(kind)), bytes: 0))
            #expect(slot == 0)
            let start = number * 1_000
            index.add(
                Extent(
                    start: start, end: start + 24, file: 0, offset: 0, bytes: 56, count: 1,
                    live: 1),
                to: queue)
            #expect(index.files[0].queues == [queue])
            index.settle(start, of: queue)
            #expect(index.files.remove(0).live == 0)
        }
    }

    @Test("names of files tell what they are, and foreign ones nothing")
    func names() {
        for kind in [.log(1), .log(.max), .segment(0xABC)] as [StoredFile.Kind] {
            #expect(StoredFile.kind(StoredFile.name(kind)) == kind)
        }
        #expect(StoredFile.name(.log(255)) == "log-00000000000000ff")
        for name in [
            "log-1", "log-00000000000000fg", "segment", "root", "definitions.sqlite", "log-",
            "other-00000000000000ff", "quarantine-log-00000000000000ff-48",
        ] {
            #expect(StoredFile.kind(name) == nil, "\(name)")
        }
    }
}
