import Core
import Messaging
import Store
import TestSupport

/// One seeded life of a broker on a disk that fails in every way a disk can, with one restart
/// after the other; see ``SimulationModel`` for what has to hold.
///
///     a       dies to dead-a          fan    a fanout to a, b and quorum
///     b                               later  delays, then a fanout to due
///     levels  priorities 0 to 3
///     quorum  counts returns, and dies of too many, or when rejected, to dead-quorum
///     once    takes each message id once
///     due     what later has delayed
///     temp    is deleted and declared anew
struct Simulation {
    static let queues = [
        "a", "dead-a", "b", "levels", "quorum", "dead-quorum", "once", "due", "temp",
    ]
    static let returnsMax: UInt32 = 2

    let disk: SimulatedDisk
    var random: TestGenerator
    var model = SimulationModel()
    var broker: SimulatedBroker
    /// Fetched and not settled.
    var held: [(got: SimulatedBroker.Got, queue: String)] = []
    var figures = SimulationFigures()
    /// Bytes that the disk has room for, over restarts too.
    var capacityBytes = UInt64.max

    init(seed: UInt64) throws {
        self.disk = SimulatedDisk(seed: seed)
        self.random = TestGenerator(seed: seed ^ 0xABCD)
        self.broker = try SimulatedBroker(
            on: self.disk, residentBytesMax: nil, now: 1_700_000_000_000_000)
        self.declareAll()
        self.broker.settle()
    }

    private func declareAll() {
        func letters(to queue: String) -> FieldTable {
            [
                "x-dead-letter-exchange": .string(""),
                "x-dead-letter-routing-key": .string(queue),
            ]
        }
        var quorum = letters(to: "dead-quorum")
        quorum["x-queue-type"] = .string("quorum")
        quorum["x-delivery-limit"] = .int32(Int32(Self.returnsMax))
        let arguments: [String: FieldTable] = [
            "a": letters(to: "dead-a"), "quorum": quorum,
            "levels": ["x-max-priority": .int32(3)],
            // What comes into these nobody waits for, so it may be long before it is synced.
            "dead-a": ["x-durability": .string("written")],
            "due": ["x-durability": .string("written")],
            "once": ["x-deduplication-window": .int64(3_600_000)],
        ]
        for name in Self.queues {
            self.broker.send(
                .declareQueue(
                    QueueDeclaration(
                        name: QueueName(name), isDurable: true, arguments: arguments[name] ?? [:])))
        }
        self.broker.send(
            .declareExchange(ExchangeDeclaration(name: "fan", type: "fanout", isDurable: true)))
        self.broker.send(
            .declareExchange(
                ExchangeDeclaration(
                    name: "later", type: "x-delayed-message", isDurable: true,
                    arguments: ["x-delayed-type": .string("fanout")])))
        for (queue, exchange) in [
            ("a", "fan"), ("b", "fan"), ("quorum", "fan"), ("due", "later"),
        ] {
            self.broker.send(
                .bind(
                    BindingRequest(
                        .queue(QueueName(queue)), to: ExchangeName(exchange), routingKey: "")))
        }
    }

    func name(of queue: QueueID) -> String? {
        Self.queues.first { self.broker.broker.id(of: QueueName($0)) == queue }
    }

    mutating func number(_ range: Range<Int>) -> Int {
        Int.random(in: range, using: &self.random)
    }

    // MARK: Life

    /// Lives through so many steps, with restarts in between.
    mutating func run(steps: Int) throws {
        for _ in 0..<steps {
            try self.step()
            if self.number(0..<100) < 3 { try self.restart() }
        }
        try self.runFull()
        try self.restart()
        try self.endWithDamage()
        self.figures.add(self.model.figures)
        self.figures.count("ids over a restart", self.model.ids.knownAfterRestart)
    }

    private mutating func step() throws {
        switch self.number(0..<100) {
        case 0..<38: if self.number(0..<70) == 0 { self.flood() } else { self.publish() }
        case 38..<60: try self.fetch()
        case 60..<76: self.settleOne()
        case 76..<77: try self.purge()
        case 77..<78: self.renew()
        case 78..<80: self.changeFaults()
        case 80..<82: self.broker.now += 700_000
        default:
            self.broker.now += 1_000
            self.broker.pump(slices: self.number(0..<4))
            try self.noteGot()
        }
    }

    /// - Parameter ending: nil is any.
    mutating func restart(_ ending: SimulationModel.Ending? = nil) throws {
        let ending: SimulationModel.Ending =
            ending ?? [.crash, .crash, .crash, .kill, .stop].randomElement(using: &self.random)!
        switch ending {
        case .crash:
            // At any call: some more work is done until one breaks off.
            self.disk.callsLeft = self.number(0..<40)
            for _ in 0..<4 where !self.disk.isBroken {
                self.publish()
                self.broker.now += 300_000
                self.broker.pump(slices: 5)
            }
            try self.noteGot()
            self.broker.die()
            self.disk.crash()
        case .kill:
            if self.number(0..<2) == 0 {
                // What was written may be seen after a sync that failed, and never be durable.
                self.disk.faults.syncFails = 1
                self.publish()
                self.broker.pump(slices: 0)
                try self.noteGot()
            }
            self.broker.die()
            self.disk.kill()
        case .stop:
            self.disk.faults = SimulatedDisk.Faults()
            self.broker.settle()
            try self.noteGot()
            self.returnHeld()
            self.broker.stop()
        }
        let before = self.broker
        self.count(before)
        self.held = []
        let isFirstTry = try self.reopen(at: before.now)
        self.broker.comeToRest()
        let found = try self.found()
        let restart = SimulationModel.Restart(
            ending: ending, isFirstTry: isFirstTry, syncedUpTo: before.machine.lastSynced.number,
            now: self.broker.now, waiting: self.broker.waitingCount)
        try self.model.restarted(
            restart, found: found, isConfirmed: { before.isConfirmed($0) })
        // What the store has found is relied on at once, whatever became of it before.
        if ending == .kill, self.number(0..<3) == 0 { try self.restart(.crash) }
    }

    private mutating func count(_ broker: SimulatedBroker) {
        self.figures.add(broker.machine.tally, broker.report)
        self.figures.count("restarts")
        self.figures.count("chunks loaded", broker.loadCount)
        self.figures.count("chunks kept", broker.keepCount)
        self.figures.count("messages got", broker.gotCount)
    }

    /// Opens the store again, sometimes breaking off in the middle of it.
    ///
    /// - Returns: Whether nothing broke off.
    private mutating func reopen(at now: Int64) throws -> Bool {
        self.disk.faults = SimulatedDisk.Faults()
        self.disk.faults.capacityBytes = self.capacityBytes
        let residentBytesMax = Bool.random(using: &self.random) ? self.number(0..<8_001) : 20_000
        var isFirstTry = true
        while self.number(0..<4) == 0 {
            isFirstTry = false
            self.disk.callsLeft = self.number(1..<60)
            let opened = try? SimulatedBroker(on: self.disk, residentBytesMax: nil, now: now)
            opened?.pump(slices: 3)
            opened?.die()
            self.disk.crash()
        }
        self.disk.callsLeft = nil
        self.broker = try SimulatedBroker(
            on: self.disk, residentBytesMax: residentBytesMax,
            keepsLogs: Bool.random(using: &self.random), now: now)
        return isFirstTry
    }

    func found() throws -> [String: [SimulationModel.Found]] {
        var found: [String: [SimulationModel.Found]] = [:]
        for queue in Self.queues {
            if queue == "temp", self.broker.browse(queue) == nil {
                // The crash came between its deletion and its declaration.
                self.broker.send(.declareQueue(QueueDeclaration(name: "temp", isDurable: true)))
            }
            guard let records = self.broker.browse(queue) else {
                throw SimulationModel.Violation(description: "queue \(queue) is gone")
            }
            let ready = self.broker.readyCount(queue)
            guard ready == records.count else {
                throw SimulationModel.Violation(
                    description: "\(queue) counts \(ready ?? -1), holds \(records.count)")
            }
            found[queue] = records.map {
                .init(
                    body: String(decoding: $0.message.body, as: UTF8.self), queue: queue,
                    isRedelivered: $0.isRedelivered)
            }
        }
        return found
    }
}
