import Core
import Messaging
import Store
import TestSupport

/// One seeded life of a broker on a disk that fails in every way a disk can, with one restart
/// after the other; see ``SimulationModel`` for what has to hold.
struct Simulation {
    private static let queues = ["a", "dead-a", "b", "levels", "temp"]

    private let disk: SimulatedDisk
    private var random: TestGenerator
    private var model = SimulationModel()
    private var broker: SimulatedBroker
    /// Fetched and not settled.
    private var held: [(got: SimulatedBroker.Got, queue: String)] = []
    /// How often it restarted, and what of it.
    private(set) var restarts = 0
    private(set) var checkpointsSeen = 0

    init(seed: UInt64) throws {
        self.disk = SimulatedDisk(seed: seed)
        self.random = TestGenerator(seed: seed ^ 0xABCD)
        self.broker = try SimulatedBroker(on: self.disk, residentBytesMax: nil)
        self.declareAll()
        self.broker.settle()
    }

    private func declareAll() {
        let letters: FieldTable = [
            "x-dead-letter-exchange": .string(""), "x-dead-letter-routing-key": .string("dead-a"),
        ]
        for (name, arguments) in [
            ("a", letters), ("dead-a", [:]), ("b", [:]), ("levels", ["x-max-priority": .int32(3)]),
            ("temp", [:]),
        ] as [(String, FieldTable)] {
            self.broker.send(
                .declareQueue(
                    QueueDeclaration(
                        name: QueueName(name), isDurable: true, arguments: arguments)))
        }
        self.broker.send(
            .declareExchange(ExchangeDeclaration(name: "fan", type: "fanout", isDurable: true)))
        for queue in ["a", "b"] {
            self.broker.send(
                .bind(BindingRequest(.queue(QueueName(queue)), to: "fan", routingKey: "")))
        }
    }

    // MARK: Steps

    /// Lives through so many steps, with restarts in between.
    mutating func run(steps: Int) throws {
        for _ in 0..<steps {
            try self.step()
            if Int.random(in: 0..<100, using: &self.random) < 3 { try self.restart() }
        }
        try self.restart()
    }

    private mutating func step() throws {
        switch Int.random(in: 0..<100, using: &self.random) {
        case 0..<38: self.publish()
        case 38..<60: self.fetch()
        case 60..<76: self.settleOne()
        case 76..<77: self.purge()
        case 77..<79: self.renew()
        case 79..<80: self.changeFaults()
        case 80..<82: self.broker.now += 700_000
        default:
            self.broker.now += 1_000
            self.broker.pump(slices: Int.random(in: 0...3, using: &self.random))
            self.noteGot()
        }
    }

    private mutating func publish() {
        let isPersistent = Int.random(in: 0..<10, using: &self.random) > 0
        for _ in 0..<Int.random(in: 1...6, using: &self.random) {
            let padding =
                Int.random(in: 0..<20, using: &self.random) == 0
                ? 2_000 : Int.random(in: 0..<120, using: &self.random)
            let body = self.model.nextBody(padding: padding)
            let target = ["a", "b", "fan", "levels", "temp"].randomElement(using: &self.random)!
            let number =
                target == "fan"
                ? self.broker.publish(body, to: "", exchange: "fan", isPersistent: isPersistent)
                : self.broker.publish(
                    body, to: target, isPersistent: isPersistent,
                    priority: UInt8.random(in: 0...3, using: &self.random))
            self.model.published(
                to: target == "fan" ? ["a", "b"] : [target], isPersistent: isPersistent,
                as: number, body)
        }
        self.broker.finish()
    }

    private mutating func fetch() {
        let queue = Self.queues.randomElement(using: &self.random)!
        for _ in 0..<Int.random(in: 1...4, using: &self.random) {
            self.broker.send(.get(QueueName(queue), isAutoAck: false))
        }
        self.noteGot()
    }

    private mutating func noteGot() {
        for got in self.broker.takeGot() {
            guard
                let queue = Self.queues.first(where: {
                    self.broker.broker.id(of: QueueName($0)) == got.queue
                })
            else { continue }
            self.held.append((got, queue))
            self.model.change(got.body, in: queue) { $0.wasDelivered = true }
        }
    }

    private mutating func settleOne() {
        guard !self.held.isEmpty else { return }
        for _ in 0..<Int.random(in: 1...3, using: &self.random) where !self.held.isEmpty {
            let index = Int.random(in: 0..<self.held.count, using: &self.random)
            let (got, queue) = self.held.remove(at: index)
            let commit = self.broker.openCommit
            switch Int.random(in: 0..<4, using: &self.random) {
            case 0: self.broker.send(.reject(got.tag, isRequeue: true))
            case 1:
                self.broker.send(.reject(got.tag, isRequeue: false))
                self.model.change(got.body, in: queue) { item in
                    // A dead letter of a is there as such; of the others it is gone.
                    if queue == "a" { item.isDead = true } else { item.settledIn = commit }
                    if queue == "a" { item.wasDelivered = false }
                }
            default:
                self.broker.send(.ack(got.tag, isMultiple: false))
                self.model.change(got.body, in: queue) { $0.settledIn = commit }
            }
        }
    }

    private mutating func purge() {
        let commit = self.broker.openCommit
        let queue = ["b", "levels"].randomElement(using: &self.random)!
        self.broker.purge(queue)
        let unacked = Set(self.held.filter { $0.queue == queue }.map(\.got.body))
        self.model.settleAll(in: queue, but: unacked, commit: commit)
    }

    /// Deletes a queue and declares it anew: nothing of the old may be in the new.
    private mutating func renew() {
        let commit = self.broker.openCommit
        self.broker.send(
            .deleteQueue("temp", ifUnused: false, ifEmpty: false, isNoWait: false))
        self.held.removeAll { $0.queue == "temp" }
        self.model.settleAll(in: "temp", but: [], commit: commit)
        self.broker.send(.declareQueue(QueueDeclaration(name: "temp", isDurable: true)))
    }

    private mutating func changeFaults() {
        var faults = SimulatedDisk.Faults()
        switch Int.random(in: 0..<6, using: &self.random) {
        case 0: faults.syncFails = 0.3
        case 1: faults.writeFails = 0.2
        case 2: faults.readFails = 0.3
        case 3: faults.createFails = 0.5
        case 4: faults.capacityBytes = self.disk.usedBytes + 500
        default: break
        }
        self.disk.faults = faults
    }

    // MARK: Restarts

    private mutating func restart() throws {
        let ending: SimulationModel.Ending =
            [.crash, .crash, .crash, .kill, .stop].randomElement(using: &self.random)!
        switch ending {
        case .crash:
            // At any call: some more work is done until one breaks off.
            self.disk.callsLeft = Int.random(in: 0..<40, using: &self.random)
            for _ in 0..<4 where !self.disk.isBroken {
                self.publish()
                self.broker.now += 300_000
                self.broker.pump(slices: 5)
            }
            self.noteGot()
            self.broker.die()
            self.disk.crash()
        case .kill:
            self.broker.die()
            self.disk.kill()
        case .stop:
            self.disk.faults = SimulatedDisk.Faults()
            self.broker.settle()
            self.noteGot()
            self.broker.stop()
        }
        let before = self.broker
        self.held = []
        try self.reopen()
        self.restarts += 1
        try self.model.restarted(
            ending, found: self.found(), syncedUpTo: before.machine.lastSynced.number,
            isConfirmed: { before.isConfirmed($0) })
    }

    /// Opens the store again, sometimes breaking off in the middle of it.
    private mutating func reopen() throws {
        self.disk.faults = SimulatedDisk.Faults()
        let residentBytesMax =
            Bool.random(using: &self.random) ? Int.random(in: 0...8_000, using: &self.random) : nil
        while Int.random(in: 0..<4, using: &self.random) == 0 {
            self.disk.callsLeft = Int.random(in: 1..<60, using: &self.random)
            let opened = try? SimulatedBroker(on: self.disk, residentBytesMax: nil)
            opened?.pump(slices: 3)
            opened?.die()
            self.disk.crash()
        }
        self.disk.callsLeft = nil
        self.broker = try SimulatedBroker(
            on: self.disk, residentBytesMax: residentBytesMax ?? 20_000)
    }

    private mutating func found() throws -> [String: [SimulationModel.Found]] {
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
                    body: String(decoding: $0.message.body, as: UTF8.self),
                    isRedelivered: $0.isRedelivered)
            }
        }
        return found
    }
}
