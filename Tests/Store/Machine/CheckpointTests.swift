import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
    private static let limits: StoreLimits = {
        var limits = StoreLimits()
        limits.logFileBytes = 2_000
        limits.segmentFileBytes = 2_000
        limits.sliceBytes = 500
        limits.extentBytes = 400
        return limits
    }()

    @Test("closed log files go, and their survivors lie in segments")
    func survivors() throws {
        let bench = try MachineBench(limits: Self.limits)
        var kept: [String] = []
        for number in 0..<120 {
            let positions = try bench.append("message \(number)")
            if number % 4 == 0 {
                kept.append("message \(number)")
            } else {
                try bench.settle(positions[0])
            }
            try bench.checkpoint()
        }
        #expect(try bench.files("log-").count <= 2)
        #expect(try !bench.files("segment-").isEmpty)
        #expect(bench.machine.tally.checkpoints > 2)
        #expect(try bench.texts() == kept)
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == kept)
        #expect(bench.recoveredCount == kept.count)
    }

    @Test("segments with few survivors are copied on, so that the disk is bounded")
    func copiedOn() throws {
        let bench = try MachineBench(limits: Self.limits)
        var alive: [(position: UInt64, text: String)] = []
        for number in 0..<600 {
            let text = "message \(number) " + String(repeating: ".", count: 40)
            alive.append((try bench.append(text)[0], text))
            // Every tenth stays for long.
            if alive.count > 60 {
                let index = alive.firstIndex { $0.position % 10 != 0 } ?? 0
                try bench.settle(alive.remove(at: index).position)
            }
            try bench.checkpoint()
        }
        #expect(bench.machine.tally.recordsFromSegments > 0)
        let bytes = try (bench.files("segment-") + bench.files("log-")).reduce(0) {
            $0 + (try bench.bytes(of: $1).count)
        }
        let messages = alive.reduce(0) { $0 + TestRecord($1.text).bytes.count + 32 }
        // Twice the messages, one segment and the log: one that is written to and one closed.
        #expect(bytes <= 2 * messages + 3 * 2_000 + 1_000)
        #expect(try bench.texts() == alive.map(\.text))
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == alive.map(\.text))
    }

    @Test("what was settled before an extent was copied as a whole is not settled once more")
    func holes() throws {
        let bench = try MachineBench(limits: Self.limits)
        func text(_ number: Int) -> String {
            "message \(number) " + String(repeating: ".", count: 60)
        }
        // A hole between two that stay, in one extent of a segment.
        let stay = try bench.append(text(0), text(1), text(2))
        try bench.settle(stay[1])
        var others: [UInt64] = []
        for number in 3..<20 { others += try bench.append(text(number)) }
        try bench.checkpoint()
        // Their segment is copied on.
        for position in others { try bench.settle(position) }
        while bench.machine.tally.recordsFromSegments == 0 {
            try bench.settle(try bench.append(text(20))[0])
            try bench.checkpoint()
        }
        try bench.settle(stay[1])
        #expect(try bench.texts() == [text(0), text(2)])
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == [text(0), text(2)])
    }

    @Test("one that breaks off at any call leaves everything as it was")
    func breaksOff() throws {
        for calls in 0..<60 {
            let bench = try MachineBench(seed: UInt64(calls), limits: Self.limits)
            for number in 0..<30 { try bench.append("message \(number)") }
            let end = bench.end
            try bench.settle(0, 72)
            let expected = try bench.texts()
            bench.disk.callsLeft = calls
            while bench.machine.work(nowMicroseconds: bench.now) {}
            try bench.reopen(after: .crash)
            #expect(try bench.texts(upTo: end) == expected, "after \(calls) calls")
        }
    }
}
