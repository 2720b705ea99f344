import Messaging

/// Any JSON value, as a request carries it; objects keep the order of their fields.
package indirect enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Field])

    /// One named value.
    package struct Field: Equatable, Sendable {
        package var name: String
        package var value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// The last field of that name, as of JavaScript's objects; nil of anything else.
    package subscript(name: String) -> JSON? {
        guard case .object(let fields) = self else { return nil }
        return fields.last { $0.name == name }?.value
    }

    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    package var items: [JSON]? {
        guard case .array(let items) = self else { return nil }
        return items
    }

    package var fields: [Field]? {
        guard case .object(let fields) = self else { return nil }
        return fields
    }

    /// As RabbitMQ makes AMQP arguments of JSON: whole numbers are `long`.
    package var fieldValue: FieldValue {
        switch self {
        case .null: .void
        case .bool(let value): .bool(value)
        case .integer(let value): .int64(value)
        case .number(let value): .double(value)
        case .string(let text): .string(text)
        case .array(let items): .array(items.map(\.fieldValue))
        case .object: .table(self.fieldTable ?? FieldTable())
        }
    }

    /// An object as arguments; an empty array, which RabbitMQ's clients send for one, as none. nil
    /// of anything else.
    package var fieldTable: FieldTable? {
        switch self {
        case .object(let fields):
            FieldTable(fields.map { FieldTable.Field($0.name, $0.value.fieldValue) })
        case .array(let items): items.isEmpty ? FieldTable() : nil
        case .null, .bool, .integer, .number, .string: nil
        }
    }

    /// The value as text, such as `{"a":1}`.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.json(self)
        return writer.bytes
    }
}

extension JSONWriter {
    /// Any value.
    mutating func json(_ value: JSON) {
        switch value {
        case .null: self.null()
        case .bool(let value): self.bool(value)
        case .integer(let value): self.integer(value)
        case .number(let value): self.double(value)
        case .string(let text): self.string(text)
        case .array(let items): self.array { json in for item in items { json.json(item) } }
        case .object(let fields):
            self.object { json in
                for field in fields {
                    json.key(named: field.name)
                    json.json(field.value)
                }
            }
        }
    }
}
