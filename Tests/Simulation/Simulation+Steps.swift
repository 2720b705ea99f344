import Core
import Messaging
import Store
import TestSupport

/// What clients and the disk do.
extension Simulation {
    // MARK: Publishing

    mutating func publish() {
        let isPersistent = self.number(0..<10) > 0
        for _ in 0..<self.number(1..<7) {
            let padding = self.number(0..<20) == 0 ? 2_000 : self.number(0..<120)
            let body = self.model.nextBody(padding: padding)
            switch self.number(0..<8) {
            case 0: self.publish(body, to: ["a", "b", "quorum"], by: "fan", isPersistent)
            case 1: self.publishLater(body, isPersistent)
            case 2: self.publishOnce(body)
            default:
                let queue = ["a", "b", "levels", "temp", "quorum"]
                    .randomElement(using: &self.random)!
                self.publish(body, to: [queue], by: "", isPersistent)
            }
        }
        self.broker.finish()
    }

    mutating func publish(
        _ body: String, to queues: [String], by exchange: String, _ isPersistent: Bool
    ) {
        let priority = UInt8(self.number(0..<4))
        let number = self.broker.publish(
            body, to: exchange.isEmpty ? queues[0] : "", exchange: exchange,
            isPersistent: isPersistent
        ) { $0.priority = priority }
        for queue in queues {
            // A quorum queue stores everything, whatever its publisher says.
            self.model.published(
                .init(
                    body: body, family: queue, isPersistent: isPersistent || queue == "quorum",
                    isPublishedPersistent: isPersistent, priority: priority, publishes: [number]))
        }
    }

    /// So much into one queue that it fills a chunk of its log, which then leaves memory.
    mutating func flood() {
        for _ in 0..<16 {
            let isPersistent = self.number(0..<3) > 0
            for _ in 0..<5 {
                self.publish(
                    self.model.nextBody(padding: 9_000), to: ["b"], by: "", isPersistent)
            }
            self.broker.finish()
            self.broker.pump(slices: 2)
        }
    }

    /// To the exchange that delays.
    private mutating func publishLater(_ body: String, _ isPersistent: Bool) {
        let delay = [2, 300, 4_000, 60_000].randomElement(using: &self.random)!
        let number = self.broker.publish(
            body, to: "", exchange: "later", isPersistent: isPersistent
        ) { $0.headers = ["x-delay": .int32(Int32(delay))] }
        self.model.published(
            .init(
                body: body, family: "due", isPersistent: isPersistent,
                dueAt: self.broker.now + Int64(delay) * 1_000, publishes: [number]))
    }

    /// To the queue that takes each id once: a new one, one that it knows, or one that a crash has
    /// made it forget.
    private mutating func publishOnce(_ body: String) {
        let choice = self.number(0..<4)
        var id = String(body.prefix { $0 != "." })
        var isDuplicate = false
        if choice < 2, let known = self.model.ids.known.randomElement(using: &self.random) {
            (id, isDuplicate) = (known, true)
        } else if choice == 2, let forgotten = self.model.ids.forgotten.first {
            id = forgotten
        }
        let number = self.broker.publish(body, to: "once", isPersistent: true) {
            $0.messageID = id
        }
        guard isDuplicate else {
            self.model.ids.publishedFirst(id, body: body)
            self.model.published(
                .init(body: body, family: "once", isPersistent: true, publishes: [number]))
            return
        }
        if let original = self.model.ids.freshBody(of: id) {
            self.model.change(original, in: "once") { $0.publishes.append(number) }
        }
    }

    // MARK: Fetching

    mutating func fetch() throws {
        let queue = Self.queues.randomElement(using: &self.random)!
        for _ in 0..<self.number(1..<5) {
            self.broker.send(.get(QueueName(queue), isAutoAck: false))
        }
        try self.noteGot()
    }

    mutating func noteGot() throws {
        for got in self.broker.takeGot() {
            guard let queue = self.name(of: got.queue) else { continue }
            self.held.append((got, queue))
            try self.model.got(got, from: queue, now: self.broker.now)
        }
    }

    // MARK: Settling

    mutating func settleOne() {
        for _ in 0..<self.number(1..<4) where !self.held.isEmpty {
            let (got, queue) = self.held.remove(at: self.number(0..<self.held.count))
            let commit = self.broker.openCommit
            switch self.number(0..<4) {
            case 0:
                self.broker.send(.reject(got.tag, isRequeue: true))
                self.returned(got, to: queue, commit)
            case 1:
                self.broker.send(.reject(got.tag, isRequeue: false))
                self.rejected(got, in: queue, commit)
            default:
                self.broker.send(.ack(got.tag, isMultiple: false))
                self.model.change(got.body, in: queue) { $0.settledIn = commit }
            }
        }
    }

    private mutating func rejected(
        _ got: SimulatedBroker.Got, in queue: String, _ commit: UInt64
    ) {
        self.model.change(got.body, in: queue) { item in
            let commit = self.broker.isLoading ? SimulationModel.unknownCommit : commit
            // A dead letter is there as such; of queues without any it is gone.
            guard queue == "a" || queue == "quorum" && item.isPublishedPersistent else {
                item.settledIn = commit
                return
            }
            item.diedIn = commit
            item.wasDelivered = false
        }
    }

    private mutating func returned(
        _ got: SimulatedBroker.Got, to queue: String, _ commit: UInt64
    ) {
        guard let returns = got.returns else { return }
        guard returns < Self.returnsMax else { return self.rejected(got, in: queue, commit) }
        self.model.change(got.body, in: queue) { $0.return(commit: commit) }
    }

    /// The broker stops in order: whatever a channel held comes back.
    mutating func returnHeld() {
        for (got, queue) in self.held {
            self.returned(got, to: queue, self.broker.openCommit)
            self.model.change(got.body, in: queue) { item in
                // There is no time left to load what is to die of it.
                if item.diedIn != nil { item.diedIn = SimulationModel.unknownCommit }
            }
        }
    }

    mutating func purge() throws {
        let commit = self.broker.openCommit
        let queue = ["b", "levels", "quorum", "once"].randomElement(using: &self.random)!
        self.broker.purge(queue)
        // What was still to be fetched was fetched before.
        try self.noteGot()
        let unacked = Set(self.held.filter { $0.queue == queue }.map(\.got.body))
        self.model.settleAll(in: queue, but: unacked, commit: commit)
    }

    /// Deletes a queue and declares it anew: nothing of the old may be in the new.
    mutating func renew() {
        let commit = self.broker.openCommit
        self.broker.send(
            .deleteQueue("temp", ifUnused: false, ifEmpty: false, isNoWait: false))
        self.held.removeAll { $0.queue == "temp" }
        self.model.settleAll(in: "temp", but: [], commit: commit)
        self.broker.send(.declareQueue(QueueDeclaration(name: "temp", isDurable: true)))
    }

    // MARK: The disk

    mutating func changeFaults() {
        var faults = SimulatedDisk.Faults()
        switch self.number(0..<6) {
        case 0: faults.syncFails = 0.3
        case 1: faults.writeFails = 0.2
        case 2: faults.readFails = 0.3
        case 3: faults.createFails = 0.5
        case 4: faults.capacityBytes = self.disk.usedBytes + 500
        default: break
        }
        self.disk.faults = faults
    }
}
