import Messaging

/// Further routing keys that a publisher names in the headers CC and BCC of a message.
///
/// Source: RabbitMQ's documentation of sender-selected distribution. The message goes once to
/// every queue that any of its keys leads to; BCC is taken out before it is stored, and its keys
/// are kept aside, because a message that dies goes by them again.
struct CarbonCopies {
    /// All further keys, those of BCC too.
    let keys: [[UInt8]]
    /// The keys of BCC, encoded: each with its length in a byte before it.
    let blindKeys: [UInt8]
    /// The message's properties, encoded, without BCC.
    let properties: [UInt8]

    /// Reads the headers; nil when they name no copies, which costs one scan of their bytes.
    ///
    /// - Throws: 406 when a header of that name is no array.
    init?(of message: PublishedMessage, _ peek: PropertyPeek) throws(Fault) {
        guard let range = peek.headers,
            Self.mayBeNamed(in: UnsafeRawBufferPointer(rebasing: message.properties[range])),
            var properties = try? MessageProperties(decoding: message.properties),
            var headers = properties.headers
        else { return nil }
        var keys: [[UInt8]] = []
        for name in ["CC", "BCC"] {
            guard let value = headers[name] else { continue }
            guard case .array = value else {
                throw Fault(
                    .preconditionFailed,
                    "invalid message: {unacceptable_type_in_header,\"\(name)\",\(value.typeName)}")
            }
            keys += Self.keys(of: value)
        }
        guard headers["CC"] != nil || headers["BCC"] != nil else { return nil }
        self.keys = keys
        self.blindKeys = Self.keys(of: headers["BCC"]).flatMap { key in
            [UInt8(min(key.count, Limits.nameBytesMax))] + key.prefix(Limits.nameBytesMax)
        }
        if headers["BCC"] == nil {
            self.properties = Array(message.properties)
        } else {
            headers["BCC"] = nil
            properties.headers = headers
            self.properties = properties.encoded()
        }
    }

    /// The long strings in an array; none of anything else.
    static func keys(of value: FieldValue?) -> [[UInt8]] {
        guard case .array(let values) = value else { return [] }
        return values.compactMap { value in
            guard case .longString(let bytes) = value else { return nil }
            return bytes
        }
    }

    /// The keys that were kept aside in a record.
    static func decoded(_ blindKeys: UnsafeRawBufferPointer) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        var offset = 0
        while offset < blindKeys.count {
            let end = min(blindKeys.count, offset + 1 + Int(blindKeys[offset]))
            keys.append(Array(blindKeys[(offset + 1)..<end]))
            offset = end
        }
        return keys
    }

    /// Whether the bytes of a table hold `CC` behind a length that fits one of the two names.
    private static func mayBeNamed(in headers: UnsafeRawBufferPointer) -> Bool {
        let letter = UInt8(ascii: "C")
        guard headers.count > 3 else { return false }
        for index in 2..<headers.count where headers[index] == letter {
            guard headers[index - 1] == letter else { continue }
            if headers[index - 2] == 2 { return true }
            if headers[index - 2] == UInt8(ascii: "B"), index > 2, headers[index - 3] == 3 {
                return true
            }
        }
        return false
    }
}
