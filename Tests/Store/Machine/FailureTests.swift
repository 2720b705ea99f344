import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("A disk that fails under the store")
struct FailureTests {
    @Test("what a failed sync may have lost is written anew, to another file")
    func failedSync() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let bench = try MachineBench(seed: seed)
            try bench.append("before")
            bench.take("not awaited", isAwaited: false)
            #expect(bench.advance() == CommitNumber(3))
            bench.disk.faults.syncFails = 1
            bench.take("awaited")
            #expect(bench.advance() == nil)
            #expect(bench.machine.failure != nil)
            bench.take("meanwhile")
            bench.waitForRetry()
            #expect(bench.advance() == nil)
            bench.disk.faults.syncFails = 0
            bench.waitForRetry()
            #expect(bench.advance() == CommitNumber(5))
            #expect(try bench.files("log-").contains(StoredFile.name(.log(2))))
            let expected = ["before", "not awaited", "awaited", "meanwhile"]
            #expect(try bench.texts() == expected)
            try bench.reopen(after: .crash)
            #expect(try bench.texts() == expected, "seed \(seed)")
        }
    }

    @Test("a log file that could not be begun takes nothing away from the one before")
    func failedRotation() throws {
        for seed in 1...40 as ClosedRange<UInt64> {
            var limits = StoreLimits()
            limits.logExtentsMax = 3
            let bench = try MachineBench(seed: seed, limits: limits)
            try bench.append("one", "two", "three", "four")
            // A checkpoint begins with another log file, which fails.
            bench.disk.faults.syncFails = 1
            #expect(!bench.machine.work(nowMicroseconds: bench.now))
            #expect(bench.machine.failure != nil)
            bench.disk.faults.syncFails = 0
            bench.waitForRetry()
            try bench.append("five")
            try bench.reopen(after: seed % 2 == 0 ? .kill : .crash)
            #expect(
                try bench.texts() == ["one", "two", "three", "four", "five"], "seed \(seed)")
        }
    }

    @Test("what nobody waits for is done when it is written, and synced when its time has come")
    func notAwaited() throws {
        let bench = try MachineBench()
        let before = bench.machine.lastSynced
        let commit = bench.commit(isAwaited: false) {
            $0.settle(Position(0), of: MachineBench.queue)
        }
        #expect(bench.advance() == commit)
        #expect(bench.machine.lastSynced == before)
        let moment = try #require(bench.machine.nextMoment)
        #expect(moment == bench.now + bench.limits.syncIntervalMicroseconds)
        bench.now = moment - 1
        #expect(bench.advance() == nil)
        #expect(bench.machine.lastSynced == before)
        bench.now = moment
        _ = bench.advance()
        #expect(bench.machine.lastSynced == commit)
        #expect(bench.machine.nextMoment == nil)
    }

    @Test("one who waits hears nothing before all before it is synced")
    func order() throws {
        let bench = try MachineBench()
        bench.take("first")
        bench.commit(isAwaited: false) { $0.settle(Position(0), of: MachineBench.queue) }
        let last = bench.commit { $0.settle(Position(8), of: MachineBench.queue) }
        bench.disk.faults.syncFails = 1
        #expect(bench.advance() == nil)
        bench.disk.faults.syncFails = 0
        bench.waitForRetry()
        #expect(bench.advance() == last)
    }

    @Test("a read that fails is tried again when its time has come")
    func failedRead() throws {
        let bench = try MachineBench()
        try bench.append("one", "two")
        bench.disk.faults.readFails = 1
        let load = bench.whole()
        let error = #expect(throws: StoreError.self) { try bench.machine.load(load) }
        bench.machine.retryLater(load, try #require(error), now: bench.now)
        #expect(!bench.machine.isIdle)
        #expect(bench.machine.takeRetries(nowMicroseconds: bench.now).isEmpty)
        bench.waitForRetry()
        #expect(bench.machine.takeRetries(nowMicroseconds: bench.now) == [load])
        #expect(bench.machine.takeRetries(nowMicroseconds: bench.now).isEmpty)
        bench.disk.faults.readFails = 0
        #expect(try bench.texts() == ["one", "two"])
    }

    @Test("a purge of what cannot be read holds back checkpoints, and is done when it can")
    func unreadablePurge() throws {
        var limits = StoreLimits()
        limits.logExtentsMax = 1
        let bench = try MachineBench(limits: limits)
        let run = bench.take("one", "two", "three")
        bench.take("four")
        #expect(bench.advance() != nil)
        bench.disk.faults.readFails = 1
        bench.commit { batch in
            batch.settleReady(
                of: MachineBench.queue, from: Position(run[1]), upTo: Position(run[2]))
        }
        #expect(bench.advance() != nil)
        #expect(!bench.machine.work(nowMicroseconds: bench.now))
        #expect(try bench.files("segment-").isEmpty)
        bench.disk.faults.readFails = 0
        try bench.checkpoint()
        #expect(try !bench.files("segment-").isEmpty)
        #expect(try bench.texts() == ["one", "three", "four"])
        try bench.reopen(after: .crash)
        #expect(try bench.texts() == ["one", "three", "four"])
    }
}
