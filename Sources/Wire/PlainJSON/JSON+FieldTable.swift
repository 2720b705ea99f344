import Messaging

extension JSON {
    /// As RabbitMQ makes AMQP arguments of JSON: whole numbers are `long`.
    package var fieldValue: FieldValue {
        switch self {
        case .null: .void
        case .bool(let value): .bool(value)
        case .integer(let value): .int64(value)
        case .number(let value): .double(value)
        case .text(let text): .string(text)
        case .array(let elements): .array(elements.map(\.fieldValue))
        case .object: .table(self.fieldTable ?? FieldTable())
        }
    }

    /// An object as arguments; an empty array, which RabbitMQ's clients send for one, as none. nil
    /// of anything else.
    package var fieldTable: FieldTable? {
        switch self {
        case .object(let members):
            FieldTable(members.map { FieldTable.Field($0.name, $0.value.fieldValue) })
        case .array(let elements): elements.isEmpty ? FieldTable() : nil
        case .null, .bool, .integer, .number, .text: nil
        }
    }
}
