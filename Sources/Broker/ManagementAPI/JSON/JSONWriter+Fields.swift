import Messaging
import PlainJSON

/// Whole fields in one call.
extension JSONWriter {
    mutating func field(_ name: StaticString, _ value: String) {
        self.key(name)
        self.string(value)
    }

    mutating func field(_ name: StaticString, _ value: Int) {
        self.key(name)
        self.integer(Int64(value))
    }

    mutating func field(_ name: StaticString, _ value: UInt64) {
        self.key(name)
        self.integer(value)
    }

    mutating func field(_ name: StaticString, _ value: Int64) {
        self.key(name)
        self.integer(value)
    }

    mutating func field(_ name: StaticString, _ value: Double) {
        self.key(name)
        self.double(value)
    }

    mutating func field(_ name: StaticString, _ value: Bool) {
        self.key(name)
        self.bool(value)
    }

    /// Null where there is none.
    mutating func field(_ name: StaticString, orNull value: String?) {
        self.key(name)
        if let value { self.string(value) } else { self.null() }
    }

    mutating func field(_ name: StaticString, _ table: FieldTable) {
        self.key(name)
        self.table(table)
    }

    mutating func field(_ name: StaticString, _ texts: [String]) {
        self.key(name)
        self.array { json in for text in texts { json.string(text) } }
    }

    // MARK: AMQP's values

    /// The fields as an object.
    package mutating func table(_ table: FieldTable) {
        self.object { json in
            for field in table.fields {
                json.key(named: field.name)
                json.value(field.value)
            }
        }
    }

    /// As RabbitMQ shows it: whatever has no place in JSON is text or a number.
    mutating func value(_ value: FieldValue) {
        switch value {
        case .bool(let value): self.bool(value)
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64:
            self.integer(value.integer ?? 0)
        case .float(let value): self.double(Double(value))
        case .double(let value): self.double(value)
        case .decimal(let scale, let value):
            var divisor = 1.0
            for _ in 0..<scale { divisor *= 10 }
            self.double(Double(value) / divisor)
        case .longString(let bytes), .byteArray(let bytes):
            self.string(String(validating: bytes, as: UTF8.self) ?? Base64.text(of: bytes))
        case .array(let values):
            self.array { json in for value in values { json.value(value) } }
        case .timestamp(let seconds): self.integer(seconds)
        case .table(let table): self.table(table)
        case .void: self.null()
        }
    }
}
