/// Percent-encoding as RabbitMQ's API has it in paths and queries.
extension String {
    /// Everything but letters, digits, `_`, `-` and `.` encoded; a blank becomes `+`.
    var percentEncoded: String {
        var text: [UInt8] = []
        for byte in self.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                text.append(byte)
            case UInt8(ascii: " "): text.append(UInt8(ascii: "+"))
            default:
                text.append(UInt8(ascii: "%"))
                text += String(byte >> 4, radix: 16, uppercase: true).utf8
                text += String(byte & 15, radix: 16, uppercase: true).utf8
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil when a percent sign is not followed by two digits, or the result is no UTF-8.
    var percentDecoded: String? { self.utf8.percentDecoded() }
}

extension Collection<UInt8> {
    /// - Parameter plusIsBlank: As in a query, not in a path.
    func percentDecoded(plusIsBlank: Bool = false) -> String? {
        var text: [UInt8] = []
        text.reserveCapacity(self.count)
        var rest = self[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsBlank: text.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(Self.digit),
                    let low = rest.popFirst().flatMap(Self.digit)
                else { return nil }
                text.append(high << 4 | low)
            default: text.append(byte)
            }
        }
        return String(validating: text, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}
