import Core
import Messaging
import Store
import TestSupport

/// A disk that the broker's own messages fill.
extension Simulation {
    /// The disk runs full, perhaps the broker crashes, and clients take everything: then there has
    /// to be room again without anybody's help.
    mutating func runFull() throws {
        self.disk.faults = SimulatedDisk.Faults()
        self.broker.settle()
        try self.noteGot()
        // Room for a few pages of definitions too, once it has come back.
        self.capacityBytes = self.disk.usedBytes + UInt64(self.number(60_000..<120_000))
        self.disk.faults.capacityBytes = self.capacityBytes
        try self.fill()
        for _ in 0..<self.number(0..<3) {
            try self.restart([.crash, .kill].randomElement(using: &self.random)!)
        }
        try self.takeEverything()
        try self.waitForRoom()
        self.figures.count("full disks that came back")
        self.capacityBytes = .max
        self.disk.faults = SimulatedDisk.Faults()
    }

    private mutating func fill() throws {
        for _ in 0..<400 where !self.broker.machine.isFull {
            let body = self.model.nextBody(padding: self.number(0..<2) * 2_000)
            switch self.number(0..<6) {
            case 0: self.publish(body, to: ["a", "b", "quorum"], by: "fan", true)
            case 1:
                try self.fetch()
                self.settleOne()
            default:
                let queue = ["a", "b", "levels", "quorum"].randomElement(using: &self.random)!
                self.publish(body, to: [queue], by: "", true)
            }
            self.broker.finish()
            self.broker.now += 1_000
            self.broker.pump(slices: self.number(0..<3))
            try self.noteGot()
        }
        guard self.broker.machine.isFull else {
            throw SimulationModel.Violation(description: "the disk does not run full")
        }
        // What is under way when it does.
        for _ in 0..<self.number(0..<8) { self.publish() }
        self.broker.pump()
        try self.noteGot()
    }

    private mutating func takeEverything() throws {
        for _ in 0..<1_000 {
            for queue in Self.queues {
                for _ in 0..<10 { self.broker.send(.get(QueueName(queue), isAutoAck: false)) }
            }
            self.broker.now += 700_000
            self.broker.pump(slices: 3)
            try self.noteGot()
            let commit = self.broker.openCommit
            for (got, queue) in self.held {
                self.broker.send(.ack(got.tag, isMultiple: false))
                self.model.change(got.body, in: queue) { $0.settledIn = commit }
            }
            self.held = []
            let isEmpty = Self.queues.allSatisfy { (self.broker.readyCount($0) ?? 0) == 0 }
            if isEmpty, self.broker.waitingCount == 0, !self.broker.isLoading { return }
        }
        throw SimulationModel.Violation(description: "what is there cannot be taken")
    }

    private mutating func waitForRoom() throws {
        for _ in 0..<100 {
            self.broker.now += 600_000
            self.broker.pump(slices: 100)
            try self.noteGot()
            if self.broker.machine.isIdle { return }
        }
        throw SimulationModel.Violation(
            description: "everything is taken, and the disk is full for good: "
                + "\(self.disk.usedBytes) of \(self.capacityBytes) bytes")
    }
}
