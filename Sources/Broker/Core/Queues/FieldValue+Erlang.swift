import Messaging

/// How RabbitMQ's error texts name and show field values.
extension FieldValue {
    /// The name of its type, as in `the value '5' of type 'signedint'`.
    var typeName: String {
        switch self {
        case .bool: "bool"
        case .int8: "byte"
        case .uint8: "unsignedbyte"
        case .int16: "short"
        case .uint16: "unsignedshort"
        case .int32: "signedint"
        case .uint32: "unsignedint"
        case .int64: "long"
        case .float: "float"
        case .double: "double"
        case .decimal: "decimal"
        case .longString: "longstr"
        case .byteArray: "binary"
        case .array: "array"
        case .timestamp: "timestamp"
        case .table: "table"
        case .void: "void"
        }
    }

    /// The value itself, for the kinds that arguments have.
    var shown: String {
        switch self {
        case .bool(let value): "\(value)"
        case .float(let value): "\(value)"
        case .double(let value): "\(value)"
        case .timestamp(let seconds): "\(seconds)"
        case .longString(let bytes), .byteArray(let bytes):
            String(decoding: bytes, as: UTF8.self)
        case .void: "undefined"
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64:
            self.integer.map { "\($0)" } ?? ""
        case .decimal(let scale, let value): "{\(scale),\(value)}"
        case .array, .table: "\(self.typeName)"
        }
    }

    /// Whether both mean the same argument: integers of any width with the same value do.
    func isEquivalent(to other: FieldValue) -> Bool {
        if let left = self.integer, let right = other.integer { return left == right }
        return self == other
    }
}
