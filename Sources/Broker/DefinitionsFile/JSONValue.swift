import Messaging

/// Any JSON value, for arguments: their types are whatever their writer chose.
enum JSONValue: Decodable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// As RabbitMQ makes AMQP arguments of JSON: whole numbers are `long`.
    var fieldValue: FieldValue {
        switch self {
        case .null: .void
        case .bool(let value): .bool(value)
        case .integer(let value): .int64(value)
        case .number(let value): .double(value)
        case .text(let value): .string(value)
        case .array(let values): .array(values.map(\.fieldValue))
        case .object(let values): .table(values.fieldTable)
        }
    }
}

extension [String: JSONValue] {
    /// The fields by name, because JSON's order means nothing.
    var fieldTable: FieldTable {
        FieldTable(
            self.sorted { $0.key < $1.key }.map { FieldTable.Field($0.key, $0.value.fieldValue) })
    }
}
