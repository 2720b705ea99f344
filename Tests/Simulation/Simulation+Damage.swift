import Core
import Messaging
import Store
import TestSupport

/// What happens when bytes on the disk are not what was written there.
extension Simulation {
    /// A byte of a batch that was synced changes: that is found, told and put aside, and what is
    /// left is something that was published, once each.
    mutating func endWithDamage() throws {
        for _ in 0..<6 {
            self.publish()
            self.broker.pump(slices: 0)
        }
        self.broker.die()
        self.disk.kill()
        guard let (name, offset) = self.placeToDamage() else { return }
        self.disk.damage(name, at: offset)
        self.broker = try SimulatedBroker(
            on: self.disk, residentBytesMax: nil, now: self.broker.now)
        guard !self.broker.report.damages.isEmpty else {
            throw SimulationModel.Violation(
                description: "\(name) was changed at byte \(offset), which is not found")
        }
        self.figures.count("damages found")
        self.broker.comeToRest()
        for (family, messages) in Dictionary(
            grouping: try self.found().values.joined(),
            by: { SimulationModel.family(of: $0.queue) })
        {
            guard Set(messages.map(\.body)).count == messages.count,
                messages.allSatisfy({ self.model.wasGiven($0.body) })
            else { throw SimulationModel.Violation(description: "\(family) holds strange things") }
        }
    }

    /// A byte of the newest log file that a later batch knows to be synced.
    private mutating func placeToDamage() -> (name: String, offset: Int)? {
        guard let names = try? self.disk.list(),
            let name = names.filter({ $0.hasPrefix("log-") }).max()
        else { return nil }
        let batches = self.disk.contents(of: name).withUnsafeBytes { bytes in
            var batches: [(offset: Int, header: BatchHeader)] = []
            var offset = LogFormat.headerBytes
            while let header = BatchHeader(bytes, at: offset) {
                batches.append((offset, header))
                offset += header.bytes
            }
            return batches
        }
        guard let last = batches.last,
            let (offset, header) = batches.dropLast()
                .filter({ $0.header.sequence <= last.header.syncedUpTo })
                .randomElement(using: &self.random)
        else { return nil }
        return (name, offset + self.number(0..<header.bytes))
    }
}
