import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("A disk that runs full under the store")
struct FullDiskTests {
    private static let large = String(repeating: "x", count: 3_000)

    private static var limits: StoreLimits {
        var limits = StoreLimits()
        limits.logFileBytes = 20_000
        limits.segmentFileBytes = 20_000
        limits.sliceBytes = 1_000
        return limits
    }

    /// So many messages of which each is too large for the allowance of a full disk, and one more
    /// that finds no room.
    private static func fullBench(_ count: Int) throws -> (bench: MachineBench, positions: [UInt64])
    {
        let bench = try MachineBench(limits: Self.limits)
        var positions: [UInt64] = []
        for number in 0..<count { positions += try bench.append("\(number)\(Self.large)") }
        bench.disk.faults.capacityBytes = bench.disk.usedBytes + 100
        positions += bench.take("last\(Self.large)")
        #expect(bench.advance() == nil)
        #expect(bench.machine.isFull)
        return (bench, positions)
    }

    /// Lets time pass until the disk is not full any more.
    private static func waitForRoom(_ bench: MachineBench) {
        for _ in 0..<20 where bench.machine.isFull {
            bench.waitForRetry()
            _ = bench.advance()
            while bench.machine.work(nowMicroseconds: bench.now) {}
        }
    }

    @Test("what finds no room is not lost, and goes on once there is some")
    func goesOn() throws {
        let (bench, _) = try Self.fullBench(2)
        guard case .diskFull = bench.machine.failure else {
            Issue.record("\(String(describing: bench.machine.failure))")
            return
        }
        #expect(bench.machine.nextMoment == bench.now, "the reserve is there at once")
        bench.take("small", isAwaited: false)
        #expect(bench.advance() == nil)
        #expect(bench.machine.failure == nil && bench.machine.isFull && !bench.machine.isIdle)
        #expect(bench.machine.nextMoment == bench.now + bench.limits.retryMicroseconds)
        bench.disk.faults.capacityBytes = .max
        #expect(bench.advance() == nil, "it looks when its time has come")
        bench.waitForRetry()
        #expect(bench.advance() == CommitNumber(5))
        #expect(bench.machine.isIdle && !bench.machine.isFull)
        try bench.reopen(after: .crash)
        #expect(
            try bench.texts().map { String($0.prefix(5)) } == ["0xxxx", "1xxxx", "lastx", "small"])
    }

    @Test("what is small is written with a quarter of the reserve")
    func allowance() throws {
        let (bench, _) = try Self.fullBench(0)
        _ = bench.advance()
        #expect(bench.machine.isFull)
        // In order: behind the one that does not fit.
        bench.take("small")
        #expect(bench.advance() == nil)
        let other = try MachineBench(limits: Self.limits)
        other.disk.faults.capacityBytes = other.disk.usedBytes + 10
        other.take("small")
        #expect(other.advance() == nil)
        #expect(other.advance() == CommitNumber(2))
        #expect(other.machine.isFull)
    }

    @Test("a disk that it has filled itself has room again when all is settled", arguments: 2...5)
    func comesBack(count: Int) throws {
        let (bench, positions) = try Self.fullBench(count)
        // The settles wait behind a message for which there is no room.
        for position in positions {
            bench.commit(isAwaited: false) { $0.settle(Position(position), of: MachineBench.queue) }
        }
        Self.waitForRoom(bench)
        #expect(!bench.machine.isFull && bench.machine.isIdle)
        #expect(bench.machine.tally.reclaims > 0)
        #expect(try bench.files("reserve") == ["reserve"])
        #expect(try bench.texts() == [])
        try bench.reopen(after: .crash)
        #expect(bench.recoveredCount == 0)
        try bench.append("afterwards")
        #expect(try bench.texts() == ["afterwards"])
    }

    @Test("survivors are copied as far as the reserve goes")
    func survivors() throws {
        let bench = try MachineBench(limits: Self.limits)
        let stay = try bench.append("stays")
        var positions = try bench.append(Self.large, Self.large)
        bench.disk.faults.capacityBytes = bench.disk.usedBytes + 100
        positions += bench.take(Self.large)
        #expect(bench.advance() == nil)
        for position in positions {
            bench.commit(isAwaited: false) { $0.settle(Position(position), of: MachineBench.queue) }
        }
        Self.waitForRoom(bench)
        #expect(!bench.machine.isFull)
        #expect(bench.machine.tally.recordsFromLogs > 0)
        #expect(try bench.texts() == ["stays"])
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == ["stays"])
        try bench.settle(stay[0])
    }

    @Test("a root that names much is not written for a file that gives back little")
    func root() throws {
        var limits = Self.limits
        limits.logFileBytes = 3_500
        let bench = try MachineBench(limits: limits)
        // Each batch is an extent, which a root names once its log file is to be a segment.
        var positions: [UInt64] = []
        while try bench.files("log").count == 1 { positions += try bench.append("alive") }
        let gone = try bench.append(String(repeating: "x", count: 600))
        try bench.settle(gone[0])
        bench.disk.faults.capacityBytes = bench.disk.usedBytes + 100
        positions += bench.take("last\(Self.large)")
        #expect(bench.advance() == nil)
        for _ in 0..<4 {
            bench.waitForRetry()
            _ = bench.advance()
            while bench.machine.work(nowMicroseconds: bench.now) {}
            #expect(bench.disk.usedBytes + 3_072 <= bench.disk.faults.capacityBytes)
        }
        #expect(bench.machine.isFull && bench.machine.tally.reclaims == 0)
        for position in positions {
            bench.commit(isAwaited: false) { $0.settle(Position(position), of: MachineBench.queue) }
        }
        Self.waitForRoom(bench)
        #expect(!bench.machine.isFull)
        #expect(try bench.texts() == [])
    }

    @Test("what is purged and what is deleted makes room as well", arguments: [false, true])
    func purged(isDeleted: Bool) throws {
        // Enough for the pages of a database too.
        let (bench, positions) = try Self.fullBench(12)
        bench.commit { batch in
            if isDeleted {
                batch.define(.queueDeleted(MachineBench.queue))
            } else {
                batch.settleReady(
                    of: MachineBench.queue, from: Position(positions[0]),
                    upTo: Position(bench.end))
            }
        }
        Self.waitForRoom(bench)
        #expect(!bench.machine.isFull && bench.machine.isIdle)
        try bench.reopen(after: .crash)
        #expect(bench.recoveredCount == 0)
        #expect(bench.recovered.definitions.queues.isEmpty == isDeleted)
    }

    @Test("a dead letter that is not written keeps what it was made of")
    func deadLetter() throws {
        let (bench, positions) = try Self.fullBench(2)
        // One commit: the letter comes, the message goes.
        var letter: UInt64 = 0
        bench.commit(isAwaited: false) { batch in
            letter = bench.end
            _ = batch.append(TestRecord("letter\(Self.large)"), to: MachineBench.queue, at: letter)
            batch.settle(Position(positions[0]), of: MachineBench.queue)
        }
        for _ in 0..<3 {
            bench.waitForRetry()
            _ = bench.advance()
            while bench.machine.work(nowMicroseconds: bench.now) {}
        }
        #expect(bench.machine.isFull)
        let found = try bench.texts(upTo: positions[2])
        #expect(found.map { $0.first } == ["0", "1"])
        try bench.reopen(after: .crash)
        #expect(bench.recoveredCount == 2)
    }

    @Test("it starts on a full disk, without a reserve too, and goes on by itself")
    func starts() throws {
        for isReserveThere in [true, false] {
            let bench = try MachineBench(limits: Self.limits)
            let positions = try bench.append("one\(Self.large)", "two\(Self.large)")
            bench.disk.breakOff()
            bench.machine.close()
            bench.disk.kill()
            if !isReserveThere {
                try bench.disk.remove("reserve")
                try bench.disk.syncDirectory()
            }
            bench.disk.faults.capacityBytes = bench.disk.usedBytes
            try bench.open()
            #expect(bench.machine.isFull)
            #expect(try bench.texts().count == 2)
            for position in positions {
                bench.commit { $0.settle(Position(position), of: MachineBench.queue) }
            }
            // With nothing to write a root in, others have to give it room.
            if !isReserveThere { bench.disk.faults.capacityBytes += 5_000 }
            Self.waitForRoom(bench)
            #expect(!bench.machine.isFull && bench.machine.isIdle, "\(isReserveThere)")
            try bench.reopen(after: .crash)
            #expect(bench.recoveredCount == 0)
        }
    }

    @Test("the reserve costs what it says: a sixteenth of a small disk, and the root")
    func costs() throws {
        let disk = SimulatedDisk(seed: 1)
        disk.faults.capacityBytes = 480_000
        var limits = StoreLimits()
        limits.reserveBytes = 1_000_000
        limits.freeBytesMin = 1_000
        let (machine, _) = try StoreMachine.open(disk, limits: limits, nowMicroseconds: 0)
        #expect(!machine.isFull)
        #expect(disk.contents(of: "reserve").count == 30_000)
        machine.close()
        let (again, _) = try StoreMachine.open(disk, limits: limits, nowMicroseconds: 0)
        let root = disk.contents(of: "root").count
        #expect(disk.contents(of: "reserve").count == 30_000 + root)
        again.close()
    }

    @Test("a store that stops on a full disk makes room first")
    func stops() throws {
        let (bench, positions) = try Self.fullBench(3)
        bench.commit { batch in
            batch.settleReady(
                of: MachineBench.queue, from: Position(positions[0]), upTo: Position(bench.end))
        }
        bench.machine.stop(cursors: [], nowMicroseconds: bench.now)
        try bench.open()
        #expect(bench.recoveredCount == 0)
        #expect(bench.recovered.report.wasStoppedInOrder)
    }
}
