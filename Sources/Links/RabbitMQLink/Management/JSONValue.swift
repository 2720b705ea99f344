import Messaging

/// Any value of JSON: arguments, policies and client properties have no fixed form.
enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    /// The value as a field of AMQP; JSON has lost its exact type.
    var fieldValue: FieldValue {
        switch self {
        case .null: .void
        case .bool(let value): .bool(value)
        case .integer(let value): .int64(value)
        case .number(let value): .double(value)
        case .text(let value): .string(value)
        case .list(let values): .array(values.map(\.fieldValue))
        case .object(let fields): .table(FieldTable(fields))
        }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
}

extension FieldTable {
    /// The fields of a JSON object, by name: JSON has no order.
    init(_ fields: [String: JSONValue]) {
        self.init(fields.sorted { $0.key < $1.key }.map { Field($0.key, $0.value.fieldValue) })
    }
}

extension JSONValue: Decodable {
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
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}

extension KeyedDecodingContainer {
    /// The value under a key; nil when it is missing, null or of another type.
    ///
    /// Versions of brokers differ in what they leave out and in what they put in its place, and one
    /// odd field must not cost all the others.
    func lenient<Value: Decodable>(_ key: Key, as: Value.Type = Value.self) -> Value? {
        guard self.contains(key) else { return nil }
        return try? self.decodeIfPresent(Value.self, forKey: key)
    }
}
