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
        stored.hosts = try self.read("hosts", "name") { row in VirtualHostName(try row.text(1)) }
        stored.exchanges = try self.read(
            "exchanges", "host, name, type, auto_delete, internal, arguments"
        ) { row in
            let declaration = ExchangeDeclaration(
                name: ExchangeName(try row.text(2)), type: try row.text(3), isDurable: true,
                isAutoDelete: try row.value(4), isInternal: try row.value(5),
                arguments: try row.table(6))
            return .init(host: VirtualHostName(try row.text(1)), declaration: declaration)
        }
        stored.queues = try self.queues()
        stored.bindings = try self.bindings(to: Set(stored.queues.map(\.id)))
        stored.policies = try self.policies()
        try self.readAccess(into: &stored)
        stored.parameters = try self.parameters()
        return stored
    }

    private func queues() throws -> [StoredDefinitions.StoredQueue] {
        try self.read(
            "queues", "slot, incarnation, host, name, exclusive, auto_delete, arguments",
            where: "number IN (SELECT max(number) FROM queues GROUP BY host, name)"
        ) { row in
            let declaration = QueueDeclaration(
                name: QueueName(try row.text(4)), isDurable: true, isExclusive: try row.value(5),
                isAutoDelete: try row.value(6), arguments: try row.table(7))
            return .init(
                id: try row.queue(1), host: VirtualHostName(try row.text(3)),
                declaration: declaration)
        }
    }

    /// The bindings to exchanges and to these queues.
    private func bindings(to queues: Set<QueueID>) throws -> [DurableBinding] {
        let bindings = try self.read(
            "bindings", "slot, incarnation, exchange, host, source, routing_key, arguments"
        ) { row in
            let isToExchange = try row.value(1) as Int64 == -1
            return DurableBinding(
                host: VirtualHostName(try row.text(4)), source: ExchangeName(try row.text(5)),
                destination: isToExchange
                    ? .exchange(ExchangeName(try row.text(3))) : .queue(try row.queue(1)),
                routingKey: try row.text(6), arguments: try row.table(7))
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
            guard let target = Policy.Target(rawValue: try row.text(4)) else {
                throw MalformedValue()
            }
            let policy = Policy(
                name: try row.text(2), pattern: try row.text(3), target: target,
                priority: try row.value(5), definition: try row.table(6))
            return .init(
                host: VirtualHostName(try row.text(1)), policy: policy,
                isOperator: try row.value(7))
        }
    }

    /// Rows in the order of their declaration; column 0 is their number.
    func read<Element>(
        _ table: String, _ columns: String, where condition: String = "true",
        _ element: (Row) throws -> Element
    ) throws -> [Element] {
        var elements: [Element] = []
        let rows = try Row.fetchCursor(
            self.database,
            sql: "SELECT number, \(columns) FROM \(table) WHERE \(condition) ORDER BY number")
        while let row = try rows.next() {
            do {
                elements.append(try element(row))
            } catch {
                throw Malformed(table: table, number: row[0])
            }
        }
        return elements
    }
}

/// A column holds what was never written there.
struct MalformedValue: Error {}

/// A damaged database may have NULL anywhere, which GRDB's own getters do not survive.
extension Row {
    func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ index: Int
    ) throws -> Value {
        guard let value = self[index] as Value? else { throw MalformedValue() }
        return value
    }

    /// Text with whatever it holds; GRDB's own ends at the first NUL.
    func text(_ index: Int) throws -> String {
        String(decoding: try self.value(index) as Data, as: UTF8.self)
    }

    func table(_ index: Int) throws -> FieldTable {
        let octets: Data = try self.value(index)
        return try octets.withUnsafeBytes { bytes in try FieldTable(decoding: bytes) }
    }

    /// A queue's slot in this column and its incarnation in the next.
    fileprivate func queue(_ index: Int) throws -> QueueID {
        guard let slot = UInt32(exactly: try self.value(index) as Int64),
            let incarnation = UInt32(exactly: try self.value(index + 1) as Int64)
        else { throw MalformedValue() }
        return QueueID(slot: slot, incarnation: incarnation)
    }
}
