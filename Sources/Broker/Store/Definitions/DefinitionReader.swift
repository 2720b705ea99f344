import Core
import Foundation
import GRDB
import Messaging

/// Reads all that the tables hold.
struct DefinitionReader {
    /// A value that no column of ours has.
    struct Malformed: Error {
        let table: String
        let number: Int64
    }

    let database: Database

    func load() throws -> StoredDefinitions {
        var stored = StoredDefinitions()
        stored.hosts = try self.read("hosts", "name") { row in VirtualHostName(row.text(1)) }
        stored.exchanges = try self.read(
            "exchanges", "host, name, type, auto_delete, internal, arguments"
        ) { row in
            let declaration = ExchangeDeclaration(
                name: ExchangeName(row.text(2)), type: row.text(3), isDurable: true,
                isAutoDelete: row[4], isInternal: row[5], arguments: try row.table(6))
            return .init(host: VirtualHostName(row.text(1)), declaration: declaration)
        }
        stored.queues = try self.queues()
        stored.bindings = try self.bindings(to: Set(stored.queues.map(\.id)))
        stored.policies = try self.policies()
        return stored
    }

    private func queues() throws -> [StoredDefinitions.StoredQueue] {
        try self.read(
            "queues", "slot, incarnation, host, name, exclusive, auto_delete, arguments",
            where: "number IN (SELECT max(number) FROM queues GROUP BY host, name)"
        ) { row in
            guard let id = row.queue(1) else { return nil }
            let declaration = QueueDeclaration(
                name: QueueName(row.text(4)), isDurable: true, isExclusive: row[5],
                isAutoDelete: row[6], arguments: try row.table(7))
            return .init(id: id, host: VirtualHostName(row.text(3)), declaration: declaration)
        }
    }

    /// The bindings to exchanges and to these queues.
    private func bindings(to queues: Set<QueueID>) throws -> [DurableBinding] {
        let bindings = try self.read(
            "bindings", "slot, incarnation, exchange, host, source, routing_key, arguments"
        ) { row -> DurableBinding? in
            let destination: DurableBinding.Destination
            if row[1] as Int64 == -1 {
                destination = .exchange(ExchangeName(row.text(3)))
            } else {
                guard let queue = row.queue(1) else { return nil }
                destination = .queue(queue)
            }
            return DurableBinding(
                host: VirtualHostName(row.text(4)), source: ExchangeName(row.text(5)),
                destination: destination, routingKey: row.text(6), arguments: try row.table(7))
        }
        return bindings.filter { binding in
            switch binding.destination {
            case .queue(let id): queues.contains(id)
            case .exchange: true
            }
        }
    }

    private func policies() throws -> [Definitions.HostPolicy] {
        try self.read(
            "policies", "host, name, pattern, target, priority, definition, operator"
        ) { row in
            guard let target = Policy.Target(rawValue: row.text(4)) else { return nil }
            let policy = Policy(
                name: row.text(2), pattern: row.text(3), target: target, priority: row[5],
                definition: try row.table(6))
            return .init(host: VirtualHostName(row.text(1)), policy: policy, isOperator: row[7])
        }
    }

    /// Rows in the order of their declaration; column 0 is their number.
    private func read<Element>(
        _ table: String, _ columns: String, where condition: String = "true",
        _ element: (Row) throws -> Element?
    ) throws -> [Element] {
        var elements: [Element] = []
        let rows = try Row.fetchCursor(
            self.database,
            sql: "SELECT number, \(columns) FROM \(table) WHERE \(condition) ORDER BY number")
        while let row = try rows.next() {
            guard let element = try? element(row) else {
                throw Malformed(table: table, number: row[0])
            }
            elements.append(element)
        }
        return elements
    }
}

extension Row {
    /// Text with whatever it holds; GRDB's own ends at the first NUL.
    fileprivate func text(_ index: Int) -> String {
        let octets: Data = self[index]
        return String(decoding: octets, as: UTF8.self)
    }

    fileprivate func table(_ index: Int) throws -> FieldTable {
        let octets: Data = self[index]
        return try octets.withUnsafeBytes { bytes in try FieldTable(decoding: bytes) }
    }

    /// A queue's slot in this column and its incarnation in the next.
    fileprivate func queue(_ index: Int) -> QueueID? {
        guard let slot = UInt32(exactly: self[index] as Int64),
            let incarnation = UInt32(exactly: self[index + 1] as Int64)
        else { return nil }
        return QueueID(slot: slot, incarnation: incarnation)
    }
}
