/// A value in a field table: every type that RabbitMQ's clients send.
///
/// The letter in each comment is the type's octet on the wire (RabbitMQ's errata to AMQP 0-9-1,
/// section 3).
package indirect enum FieldValue: Hashable, Sendable {
    case bool(Bool)  // t
    case int8(Int8)  // b
    case uint8(UInt8)  // B
    case int16(Int16)  // s
    case uint16(UInt16)  // u
    case int32(Int32)  // I
    case uint32(UInt32)  // i
    case int64(Int64)  // l
    case float(Float)  // f
    case double(Double)  // d
    case decimal(scale: UInt8, value: Int32)  // D
    case longString([UInt8])  // S, any bytes
    case byteArray([UInt8])  // x
    case array([FieldValue])  // A
    case timestamp(seconds: UInt64)  // T
    case table(FieldTable)  // F
    case void  // V

    /// A long string from text.
    package static func string(_ text: String) -> FieldValue { .longString(Array(text.utf8)) }

    /// The value as text when it is a long string of valid UTF-8.
    package var text: String? {
        guard case .longString(let bytes) = self else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The value as a number when it is of any integer type.
    package var integer: Int64? {
        switch self {
        case .int8(let value): Int64(value)
        case .uint8(let value): Int64(value)
        case .int16(let value): Int64(value)
        case .uint16(let value): Int64(value)
        case .int32(let value): Int64(value)
        case .uint32(let value): Int64(value)
        case .int64(let value): value
        case .bool, .float, .double, .decimal, .longString, .byteArray, .array, .timestamp,
            .table, .void:
            nil
        }
    }
}

/// Named values in the order in which they were written (AMQP 0-9-1, 4.2.5.5).
package struct FieldTable: Hashable, Sendable {
    /// One named value; the name has at most 255 bytes.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: FieldValue

        package static func == (left: Self, right: Self) -> Bool {
            left.name.hasSameOctets(as: right.name) && left.value == right.value
        }

        package func hash(into hasher: inout Hasher) {
            self.name.hashOctets(into: &hasher)
            hasher.combine(self.value)
        }

        package init(_ name: String, _ value: FieldValue) {
            self.name = name
            self.value = value
        }
    }

    package var fields: [Field]

    package init(_ fields: [Field] = []) { self.fields = fields }

    package var isEmpty: Bool { self.fields.isEmpty }

    /// The first value of that name; setting replaces it in place, or appends, or removes on nil.
    package subscript(name: String) -> FieldValue? {
        get { self.fields.first { $0.name == name }?.value }
        set {
            let index = self.fields.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): self.fields[index].value = value
            case (let index?, nil): self.fields.remove(at: index)
            case (nil, let value?): self.fields.append(Field(name, value))
            case (nil, nil): break
            }
        }
    }
}

extension FieldTable: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, FieldValue)...) {
        self.init(elements.map { Field($0.0, $0.1) })
    }
}
