import Messaging

extension FieldValue {
    /// A value of any type, at most `depth` levels of tables and arrays deep.
    static func random(depth: Int, using random: inout SeededGenerator) -> FieldValue {
        switch Int.random(in: 0..<(depth > 0 ? 17 : 15), using: &random) {
        case 0: .bool(.random(using: &random))
        case 1: .int8(.random(in: .min ... .max, using: &random))
        case 2: .uint8(.random(in: .min ... .max, using: &random))
        case 3: .int16(.random(in: .min ... .max, using: &random))
        case 4: .uint16(.random(in: .min ... .max, using: &random))
        case 5: .int32(.random(in: .min ... .max, using: &random))
        case 6: .uint32(.random(in: .min ... .max, using: &random))
        case 7: .int64(.random(in: .min ... .max, using: &random))
        case 8: .float(.random(in: -1e9...1e9, using: &random))
        case 9: .double(.random(in: -1e9...1e9, using: &random))
        case 10:
            .decimal(
                scale: .random(in: 0...9, using: &random),
                value: .random(in: .min ... .max, using: &random))
        case 11: .longString(.random(countMax: 40, using: &random))
        case 12: .byteArray(.random(countMax: 40, using: &random))
        case 13: .timestamp(seconds: .random(in: 0 ... .max, using: &random))
        case 14: .void
        case 15:
            .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    .random(depth: depth - 1, using: &random)
                })
        default: .table(.random(depth: depth - 1, using: &random))
        }
    }
}

extension FieldTable {
    static func random(depth: Int, using random: inout SeededGenerator) -> FieldTable {
        FieldTable(
            (0..<Int.random(in: 0...4, using: &random)).map { _ in
                Field(.random(using: &random), .random(depth: depth, using: &random))
            })
    }
}

extension MessageProperties {
    /// Properties of which each is there or not.
    static func random(using random: inout SeededGenerator) -> MessageProperties {
        var properties = MessageProperties()
        func text() -> String? { Bool.random(using: &random) ? .random(using: &random) : nil }
        properties.contentType = text()
        properties.contentEncoding = text()
        if Bool.random(using: &random) { properties.headers = .random(depth: 3, using: &random) }
        if Bool.random(using: &random) {
            properties.deliveryMode = UInt8.random(in: 0...2, using: &random)
        }
        if Bool.random(using: &random) {
            properties.priority = .random(in: 0...255, using: &random)
        }
        properties.correlationID = text()
        properties.replyTo = text()
        if Bool.random(using: &random) {
            properties.expiration = String(Int.random(in: -9...99_999, using: &random))
        }
        properties.messageID = text()
        if Bool.random(using: &random) {
            properties.timestampSeconds = .random(in: 0 ... .max, using: &random)
        }
        properties.type = text()
        properties.userID = text()
        properties.appID = text()
        properties.clusterID = text()
        return properties
    }
}

extension String {
    /// Up to twelve characters of one to four bytes.
    static func random(using random: inout SeededGenerator) -> String {
        let alphabet = Array("abcxyz-.#*é€😀")
        return String(
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
                alphabet.randomElement(using: &random)!
            })
    }
}

extension [UInt8] {
    static func random(countMax: Int, using random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...countMax, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
    }

    /// The bytes with a few of them changed, cut off, doubled or put in.
    func mutated(using random: inout SeededGenerator) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = .random(in: 0...255, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(.random(in: 0...255, using: &random), at: index)
            default: bytes.removeLast(bytes.count - index)
            }
        }
        return bytes
    }
}
