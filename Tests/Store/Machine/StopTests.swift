import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("A store that stops in order")
struct StopTests {
    private static func redelivered(_ bench: MachineBench) -> UInt64? {
        bench.recovered.contents.queues.first?.levels.first?.redeliveredBelow.offset
    }

    private static func stop(_ bench: MachineBench, at cursor: UInt64) {
        bench.machine.stop(
            cursors: [DeliveryCursor(queue: MachineBench.queue, position: Position(cursor))],
            nowMicroseconds: bench.now)
    }

    @Test("only what was delivered comes back as redelivered, and what nobody awaited is there")
    func inOrder() throws {
        let bench = try MachineBench()
        let positions = try bench.append("one", "two")
        bench.take("three", isAwaited: false)
        Self.stop(bench, at: positions[1])
        bench.disk.crash()
        try bench.open()
        #expect(bench.recovered.report.wasStoppedInOrder)
        #expect(Self.redelivered(bench) == positions[1])
        #expect(try bench.texts() == ["one", "two", "three"])
    }

    @Test("after any other end all may have been delivered, even if the broker before did nothing")
    func otherEnds() throws {
        let bench = try MachineBench()
        try bench.append("one", "two")
        let end = bench.end
        try bench.reopen(after: .kill)
        #expect(!bench.recovered.report.wasStoppedInOrder)
        #expect(Self.redelivered(bench) == end)
        Self.stop(bench, at: 0)
        try bench.open()
        #expect(Self.redelivered(bench) == 0)
        // This one may have delivered everything, and wrote nothing.
        try bench.reopen(after: .kill)
        #expect(!bench.recovered.report.wasStoppedInOrder)
        #expect(Self.redelivered(bench) == end)
    }

    @Test("what comes in later is new, even where a transient message was delivered before")
    func behindTheEnd() throws {
        let bench = try MachineBench()
        try bench.append("one")
        let end = bench.end
        Self.stop(bench, at: end + 4_096)
        try bench.open()
        #expect(Self.redelivered(bench) == end)
    }

    @Test("a level without a cursor was never delivered")
    func withoutCursor() throws {
        let bench = try MachineBench()
        bench.commit { batch in
            batch.append(TestRecord("urgent"), to: MachineBench.queue, at: 3 << 56)
        }
        #expect(bench.advance() != nil)
        bench.machine.stop(cursors: [], nowMicroseconds: bench.now)
        try bench.open()
        #expect(Self.redelivered(bench) == 3 << 56)
    }

    @Test("it tries once more what a failure had put off")
    func afterFailure() throws {
        let bench = try MachineBench()
        bench.disk.faults.syncFails = 1
        bench.take("one")
        #expect(bench.advance() == nil)
        bench.disk.faults.syncFails = 0
        Self.stop(bench, at: 0)
        bench.disk.crash()
        try bench.open()
        #expect(bench.recovered.report.wasStoppedInOrder)
        #expect(try bench.texts() == ["one"])
    }

    @Test("a new directory counts as one that was left in order")
    func new() throws {
        #expect(try MachineBench().recovered.report.wasStoppedInOrder)
    }
}
