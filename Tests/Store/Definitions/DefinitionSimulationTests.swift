import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("Definitions on a failing disk")
struct DefinitionSimulationTests {
    @Test(
        "what was applied comes back after whatever a disk does, and never half of a batch",
        arguments: UInt64(1)...200)
    func survives(seed: UInt64) throws {
        var simulation = Simulation(seed: seed)
        for _ in 0..<4 { try simulation.live(hasFaults: true) }
        try simulation.live(hasFaults: false)
        #expect(simulation.appliedCount > 0)
    }
}

/// Lives of one directory, each ended by a close, by the process's end or by the machine's.
private struct Simulation {
    private let disk: SimulatedDisk
    private var random: TestGenerator
    private var changes = RandomChanges()
    /// What every batch that returned has made; several while what differs is not seen.
    private var models = [DefinitionModel()]
    /// What may hold instead after a crash: with one of the batches that failed since the last
    /// that returned.
    private var possible: [DefinitionModel] = []
    private(set) var appliedCount = 0

    init(seed: UInt64) {
        self.disk = SimulatedDisk(seed: seed)
        self.random = TestGenerator(seed: seed &* 977)
    }

    mutating func live(hasFaults: Bool) throws {
        if hasFaults { self.setFaults() } else { self.disk.faults = .init() }
        if hasFaults, self.chance(0.2) { self.breakOffSoon() }
        let store = try self.open()
        // Its file system and its files end with it, before the disk goes on to its next life.
        defer { store.close() }
        for _ in 0..<Int.random(in: 2...8, using: &self.random) {
            if hasFaults, self.chance(0.15) { self.breakOffSoon() }
            let batch = self.changes.next(
                count: .random(in: 1...12, using: &self.random), using: &self.random)
            try self.apply(batch, to: store)
            if self.disk.isBroken { break }
        }
        try self.end(store)
    }

    private mutating func setFaults() {
        var faults = SimulatedDisk.Faults()
        if self.chance(0.6) { faults.syncFails = 0.2 }
        if self.chance(0.3) { faults.writeFails = 0.05 }
        if self.chance(0.3) { faults.readFails = 0.05 }
        if self.chance(0.2) { faults.createFails = 0.3 }
        if self.chance(0.3) {
            let room = UInt64.random(in: 0...200_000, using: &self.random)
            faults.capacityBytes = self.disk.usedBytes + room
        }
        self.disk.faults = faults
    }

    private mutating func breakOffSoon() {
        self.disk.callsLeft = .random(in: 0...60, using: &self.random)
    }

    /// Opens it, in spite of faults or when they end, and takes what is there for what holds.
    private mutating func open() throws -> DefinitionStore {
        let pages = Int.random(in: 1...40, using: &self.random)
        for attempt in 0... {
            if self.disk.isBroken { self.breakOff() }
            if attempt == 5 { self.disk.faults = .init() }
            do {
                let store = try DefinitionStore(on: self.disk, checkpointPages: pages)
                do {
                    try self.settle(try store.load())
                    return store
                } catch let error as StoreError {
                    store.close()
                    throw error
                }
            } catch let error as StoreError {
                try #require(attempt < 5 || self.disk.isBroken, "\(error)")
            }
        }
        preconditionFailure("the loop has no end")
    }

    private mutating func settle(_ loaded: StoredDefinitions) throws {
        self.models = (self.models + self.possible).filter { $0.stored == loaded }
        self.possible = []
        try #require(!self.models.isEmpty, "neither what was applied nor what was tried")
    }

    private mutating func apply(_ batch: [DefinitionChange], to store: DefinitionStore) throws {
        for attempt in 0... {
            do {
                try store.apply(batch)
                self.models = self.models.map { $0.applying(batch) }
                self.possible = []
                self.appliedCount += 1
                if self.chance(0.3) { try self.check(store) }
                return
            } catch let error as StoreError {
                try #require(Self.isOfDisk(error), "\(error)")
                self.possible += self.models.map { $0.applying(batch) }
                try self.check(store)
                // Most are tried again and some given up; when all faults end it has to hold.
                if self.disk.isBroken || self.chance(0.2) { return }
                try #require(attempt < 5, "\(error)")
                if attempt == 4 { self.disk.faults = .init() }
            }
        }
    }

    /// What the open store shows is what was applied, unless it cannot be read.
    private mutating func check(_ store: DefinitionStore) throws {
        do {
            let loaded = try store.load()
            self.models.removeAll { $0.stored != loaded }
            try #require(!self.models.isEmpty, "not what was applied")
        } catch let error as StoreError {
            try #require(Self.isOfDisk(error), "\(error)")
        }
    }

    private mutating func end(_ store: DefinitionStore) throws {
        if !self.disk.isBroken, self.chance(0.3) {
            store.close()
        } else {
            self.disk.callsLeft = 0
            store.close()
            self.breakOff()
        }
    }

    private mutating func breakOff() {
        if self.chance(0.7) { self.disk.crash() } else { self.disk.kill() }
    }

    private static func isOfDisk(_ error: StoreError) -> Bool {
        if case .diskFull = error { return true }
        if case .ioFailed(_, let operation, _) = error { return operation != "use" }
        return false
    }

    private mutating func chance(_ likelihood: Double) -> Bool {
        Double.random(in: 0..<1, using: &self.random) < likelihood
    }
}
