import Messaging
import PlainJSON

/// Header values with their AMQP types, as JSON.
///
///     {"type":"int32","value":3}              int8 uint8 int16 uint16 int32 uint32 int64
///     {"type":"string","value":"text"}        or {"type":"string","base64":"…"} when no UTF-8
///     {"type":"byte_array","base64":"…"}
///     {"type":"double","value":0.5}           or float; "bits":"7ff8…" when it is not finite
///     {"type":"decimal","scale":2,"value":314}
///     {"type":"timestamp","value":1795285900} in seconds; as text past the largest int64
///     {"type":"bool","value":true}  {"type":"void"}
///     {"type":"array","value":[…]}  {"type":"table","value":[{"name":"a",…}]}
enum TypedField {
    static func json(of table: FieldTable) -> JSON {
        .array(
            table.fields.map { field in
                .object([.init("name", .text(field.name))] + self.members(of: field.value))
            })
    }

    private static func members(of value: FieldValue) -> [JSON.Member] {
        func typed(_ type: String, _ value: JSON) -> [JSON.Member] {
            [.init("type", .text(type)), .init("value", value)]
        }
        switch value {
        case .bool(let flag): return typed("bool", .bool(flag))
        case .int8(let number): return typed("int8", .integer(Int64(number)))
        case .uint8(let number): return typed("uint8", .integer(Int64(number)))
        case .int16(let number): return typed("int16", .integer(Int64(number)))
        case .uint16(let number): return typed("uint16", .integer(Int64(number)))
        case .int32(let number): return typed("int32", .integer(Int64(number)))
        case .uint32(let number): return typed("uint32", .integer(Int64(number)))
        case .int64(let number): return typed("int64", .integer(number))
        case .float(let number):
            guard number.isFinite else { return self.bits("float", UInt64(number.bitPattern)) }
            // Every float is a double, so nothing is lost.
            return typed("float", .number(Double(number)))
        case .double(let number):
            guard number.isFinite else { return self.bits("double", number.bitPattern) }
            return typed("double", .number(number))
        case .decimal(let scale, let number):
            return [
                .init("type", .text("decimal")), .init("scale", .integer(Int64(scale))),
                .init("value", .integer(Int64(number))),
            ]
        case .longString(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return self.base64("string", bytes)
            }
            return typed("string", .text(text))
        case .byteArray(let bytes): return self.base64("byte_array", bytes)
        case .array(let values):
            return typed("array", .array(values.map { .object(self.members(of: $0)) }))
        case .timestamp(let seconds): return typed("timestamp", self.unsigned(seconds))
        case .table(let table): return typed("table", self.json(of: table))
        case .void: return [.init("type", .text("void"))]
        }
    }

    private static func bits(_ type: String, _ bits: UInt64) -> [JSON.Member] {
        [.init("type", .text(type)), .init("bits", .text(String(bits, radix: 16)))]
    }

    private static func base64(_ type: String, _ bytes: [UInt8]) -> [JSON.Member] {
        [.init("type", .text(type)), .init("base64", .text(Base64.text(of: bytes)))]
    }

    /// A number that JSON's readers may not be able to hold is text.
    static func unsigned(_ value: UInt64) -> JSON {
        Int64(exactly: value).map { .integer($0) } ?? .text("\(value)")
    }

    static func unsigned(from json: JSON) -> UInt64? {
        switch json {
        case .integer(let value): UInt64(exactly: value)
        case .text(let text): UInt64(text)
        case .null, .bool, .number, .array, .object: nil
        }
    }
}

extension TypedField {
    static func table(
        from json: JSON, name: String, depth: Int = 0
    ) throws(MessageLineError) -> FieldTable {
        guard let fields = json.elements else {
            throw MessageLineError("\(name) is no list of fields")
        }
        var table = FieldTable()
        for field in fields {
            guard let key = field["name"]?.text, key.utf8.count <= Limits.nameBytesMax else {
                throw MessageLineError("a field of \(name) has no name, or too long a one")
            }
            table.fields.append(
                .init(key, try self.value(from: field, name: key, depth: depth)))
        }
        return table
    }

    private static func value(
        from json: JSON, name: String, depth: Int
    ) throws(MessageLineError) -> FieldValue {
        let wrong = MessageLineError("the value of header \(name) does not fit its type")
        guard depth < Limits.tableDepthMax else {
            throw MessageLineError("header \(name) is nested too deeply")
        }
        let value = json["value"]
        switch json["type"]?.text {
        case "array":
            var values: [FieldValue] = []
            guard let elements = value?.elements else { throw wrong }
            for element in elements {
                values.append(try self.value(from: element, name: name, depth: depth + 1))
            }
            return .array(values)
        case "table":
            return .table(try self.table(from: value ?? .null, name: name, depth: depth + 1))
        case "bool":
            guard let flag = value?.bool else { throw wrong }
            return .bool(flag)
        case "void": return .void
        case "string":
            if let text = value?.text { return .string(text) }
            return .longString(try self.bytes(json, wrong))
        case "byte_array": return .byteArray(try self.bytes(json, wrong))
        case let type?:
            guard let number = self.number(type, json) else { throw wrong }
            return number
        case nil: throw MessageLineError("header \(name) has no type")
        }
    }

    private static func bytes(
        _ json: JSON, _ wrong: MessageLineError
    ) throws(MessageLineError) -> [UInt8] {
        guard let bytes = json["base64"]?.text.flatMap({ Base64.bytes(of: $0) }) else {
            throw wrong
        }
        return bytes
    }

    private static func number(_ type: String, _ json: JSON) -> FieldValue? {
        let integer = json["value"]?.integer
        switch type {
        case "int8": return integer.flatMap { Int8(exactly: $0) }.map { .int8($0) }
        case "uint8": return integer.flatMap { UInt8(exactly: $0) }.map { .uint8($0) }
        case "int16": return integer.flatMap { Int16(exactly: $0) }.map { .int16($0) }
        case "uint16": return integer.flatMap { UInt16(exactly: $0) }.map { .uint16($0) }
        case "int32": return integer.flatMap { Int32(exactly: $0) }.map { .int32($0) }
        case "uint32": return integer.flatMap { UInt32(exactly: $0) }.map { .uint32($0) }
        case "int64": return integer.map { .int64($0) }
        case "timestamp":
            return json["value"].flatMap { self.unsigned(from: $0) }.map { .timestamp(seconds: $0) }
        case "decimal":
            guard let scale = json["scale"]?.integer.flatMap({ UInt8(exactly: $0) }),
                let number = integer.flatMap({ Int32(exactly: $0) })
            else { return nil }
            return .decimal(scale: scale, value: number)
        case "float", "double": return self.floating(type, json)
        default: return nil
        }
    }

    private static func floating(_ type: String, _ json: JSON) -> FieldValue? {
        let isFloat = type == "float"
        if let bits = json["bits"]?.text {
            guard isFloat else {
                return UInt64(bits, radix: 16).map { .double(Double(bitPattern: $0)) }
            }
            return UInt32(bits, radix: 16).map { .float(Float(bitPattern: $0)) }
        }
        let number: Double
        switch json["value"] {
        case .number(let value): number = value
        // Other writers leave the fraction of a whole number out.
        case .integer(let value): number = Double(value)
        default: return nil
        }
        return isFloat ? .float(Float(number)) : .double(number)
    }
}
