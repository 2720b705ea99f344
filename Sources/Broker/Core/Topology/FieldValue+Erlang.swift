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

    /// Whether both mean the same argument: numbers of any kind with the same value do.
    func isEquivalent(to other: FieldValue) -> Bool {
        if let left = self.integer, let right = other.integer { return left == right }
        if let left = self.amount, let right = other.amount { return left == right }
        return self == other
    }

    /// The value as Erlang prints a term, such as `<<"any">>` or `5`.
    var shownAsTerm: String {
        switch self {
        case .longString, .byteArray: Self.term(self.shown)
        case .array(let values):
            "[" + values.map { "{\($0.typeName),\($0.shownAsTerm)}" }.joined(separator: ",") + "]"
        case .table(let table):
            "["
                + table.fields.map { field in
                    let value = field.value
                    return "{\(Self.term(field.name)),\(value.typeName),\(value.shownAsTerm)}"
                }.joined(separator: ",") + "]"
        case .bool, .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .float, .double,
            .decimal, .timestamp, .void:
            self.shown
        }
    }

    private static func term(_ text: String) -> String {
        text.isEmpty ? "<<>>" : "<<\"\(text)\">>"
    }

    /// Whether Erlang's `==` holds between the two values, whatever their types on the wire are.
    func isSameTerm(as other: FieldValue) -> Bool {
        if let left = self.wholeNumber, let right = other.wholeNumber { return left == right }
        if let left = self.number, let right = other.number { return left == right }
        if let left = self.bytes, let right = other.bytes { return left == right }
        return self == other
    }

    private var wholeNumber: Int64? {
        if case .timestamp(let seconds) = self { return Int64(clamping: seconds) }
        return self.integer
    }

    private var number: Double? {
        switch self {
        case .float(let value): Double(value)
        case .double(let value): value
        case .bool, .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .decimal,
            .longString, .byteArray, .array, .timestamp, .table, .void:
            self.wholeNumber.map { Double($0) }
        }
    }

    private var bytes: [UInt8]? {
        switch self {
        case .longString(let bytes), .byteArray(let bytes): bytes
        case .bool, .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .float, .double,
            .decimal, .array, .timestamp, .table, .void:
            nil
        }
    }
}
