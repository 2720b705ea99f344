import Messaging

/// Finds what a consumer wrote about a failure into a message's headers.
package enum ErrorHeader {
    /// Names under which clients and frameworks leave an error, the most telling first.
    ///
    /// Compared without regard to case, and with `_` and `-` taken as equal.
    package static let names = [
        "x-error", "x-exception", "error", "exception", "x-exception-message", "x-error-message",
        "error-message", "exception-message", "x-last-error", "x-failure-reason",
    ]

    /// Characters of the text that are kept; stack traces go on for pages.
    package static let lengthMax = 200

    /// The first line of the error, or nil when no such header holds text.
    package static func text(in headers: FieldTable?) -> String? {
        guard let headers, !headers.isEmpty else { return nil }
        for name in Self.names {
            for field in headers.fields where Self.isSame(field.name, name) {
                if let text = Self.firstLine(of: field.value) { return text }
            }
        }
        return nil
    }

    private static func isSame(_ header: String, _ name: String) -> Bool {
        header.utf8.count == name.utf8.count
            && zip(header.lowercased().utf8, name.utf8).allSatisfy { left, right in
                left == right || (left == UInt8(ascii: "_") && right == UInt8(ascii: "-"))
            }
    }

    private static func firstLine(of value: FieldValue) -> String? {
        switch value {
        case .longString(let bytes):
            let line = bytes.drop { $0 <= 0x20 }.prefix { $0 != 0x0A && $0 != 0x0D }
            // Cut before decoding: a header may hold as much as a frame.
            let text = String(decoding: line.prefix(Self.lengthMax * 4), as: UTF8.self)
            return text.isEmpty ? nil : String(text.prefix(Self.lengthMax))
        case .table(let table):
            // Some clients send {type: …, message: …}.
            let parts = ["type", "class", "message"].compactMap {
                table[$0].flatMap(Self.firstLine)
            }
            return parts.isEmpty
                ? nil : String(parts.joined(separator: ": ").prefix(Self.lengthMax))
        case .bool, .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .float, .double,
            .decimal, .byteArray, .array, .timestamp, .void:
            return nil
        }
    }
}
