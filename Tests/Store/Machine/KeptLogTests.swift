import Core
import Messaging
import Store
import TestSupport
import Testing

/// A log file that is hardly anything but what is alive is not copied.
@Suite("Log files that stay")
struct KeptLogTests {
    private static let limits: StoreLimits = {
        var limits = StoreLimits()
        limits.logFileBytes = 4_000
        limits.segmentFileBytes = 4_000
        limits.sliceBytes = 500
        limits.extentBytes = 1_024
        limits.keptLogExtentBytesMin = 600
        return limits
    }()

    private static func text(_ number: Int, bytes: Int = 1_000) -> String {
        "message \(number) " + String(repeating: ".", count: bytes)
    }

    /// A backlog of large messages, checkpointed all the time.
    private static func backlog(seed: UInt64 = 1) throws -> (MachineBench, positions: [UInt64]) {
        let bench = try MachineBench(seed: seed, limits: Self.limits)
        var positions: [UInt64] = []
        for number in 0..<24 {
            positions += try bench.append(Self.text(number))
            try bench.checkpoint()
        }
        return (bench, positions)
    }

    @Test("a backlog is written once, and is there after a crash")
    func backlog() throws {
        let (bench, _) = try Self.backlog()
        let texts = (0..<24).map { Self.text($0) }
        #expect(bench.machine.tally.keptLogs > 3)
        #expect(bench.machine.tally.recordsFromLogs == 0)
        #expect(try bench.files("segment-").isEmpty)
        #expect(try bench.texts() == texts)
        let count = try bench.files("log-").count
        for ending in [MachineBench.Ending.crash, .kill] {
            try bench.reopen(after: ending)
            #expect(try bench.texts() == texts)
            #expect(bench.recoveredCount == 24)
            // Only what is behind the last checkpoint is read as a log.
            #expect(bench.recovered.report.batches < 8)
        }
        #expect(try bench.files("log-").count >= count)
    }

    @Test("what is settled in one is remembered, and its few survivors are copied on")
    func settled() throws {
        let (bench, positions) = try Self.backlog()
        let left = stride(from: 0, to: 24, by: 4).map { $0 }
        for (number, position) in positions.enumerated() where !left.contains(number) {
            try bench.settle(position)
            try bench.checkpoint()
        }
        for number in 24..<40 {
            try bench.append(Self.text(number))
            try bench.checkpoint()
        }
        #expect(bench.machine.tally.recordsFromSegments > 0)
        let texts = (left + Array(24..<40)).map { Self.text($0) }
        #expect(try bench.texts() == texts)
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == texts)
        #expect(bench.recoveredCount == texts.count)
    }

    @Test("one of small pieces, or with much that is settled, is copied together")
    func copied() throws {
        let bench = try MachineBench(limits: Self.limits)
        for number in 0..<60 {
            try bench.append(Self.text(number, bytes: 100))
            try bench.checkpoint()
        }
        for number in 60..<80 {
            let position = try bench.append(Self.text(number))[0]
            if number % 2 == 0 { try bench.settle(position) }
            try bench.checkpoint()
        }
        #expect(bench.machine.tally.keptLogs == 0)
        #expect(bench.machine.tally.recordsFromLogs > 0)
    }

    @Test("a checkpoint that keeps log files and breaks off at any call leaves all as it was")
    func breaksOff() throws {
        for calls in 0..<40 {
            let bench = try MachineBench(seed: UInt64(calls), limits: Self.limits)
            for number in 0..<12 { try bench.append(Self.text(number)) }
            let end = bench.end
            try bench.settle(0)
            let expected = try bench.texts()
            bench.disk.callsLeft = calls
            while bench.machine.work(nowMicroseconds: bench.now) {}
            try bench.reopen(after: .crash)
            #expect(try bench.texts(upTo: end) == expected, "after \(calls) calls")
            try bench.checkpoint()
            try bench.reopen(after: .crash)
            #expect(try bench.texts(upTo: end) == expected, "after \(calls) calls, once more")
        }
    }
}
