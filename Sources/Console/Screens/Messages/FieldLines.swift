import Messaging

/// Field tables as indented lines of name and value.
package enum FieldLines {
    /// One name and its value.
    package struct Line: Equatable, Sendable {
        /// Tables and arrays around it.
        package var depth: Int
        package var name: String
        /// Empty for a table or array whose fields follow.
        package var value: String
    }

    /// Lines of one table; a table may have any number of fields.
    package static let linesMax = 1_000
    /// Bytes of one value that are shown.
    static let valueBytesMax = 8_192

    /// The lines of a table and of all tables and arrays in it.
    package static func lines(of table: FieldTable, utcOffsetSeconds: Int) -> [Line] {
        var lines: [Line] = []
        for field in table.fields {
            Self.append(field.name, field.value, depth: 0, utcOffsetSeconds, to: &lines)
        }
        return lines
    }

    private static func append(
        _ name: String, _ value: FieldValue, depth: Int, _ utcOffsetSeconds: Int,
        to lines: inout [Line]
    ) {
        guard lines.count < Self.linesMax else { return }
        switch value {
        case .table(let table) where !table.isEmpty:
            lines.append(Line(depth: depth, name: name, value: ""))
            for field in table.fields {
                Self.append(field.name, field.value, depth: depth + 1, utcOffsetSeconds, to: &lines)
            }
        case .array(let values) where !values.isEmpty:
            lines.append(Line(depth: depth, name: name, value: ""))
            for (place, value) in values.enumerated() {
                Self.append(
                    "[\(place)]", value, depth: depth + 1, utcOffsetSeconds, to: &lines)
            }
        default:
            let text = Self.text(value, utcOffsetSeconds: utcOffsetSeconds)
            lines.append(Line(depth: depth, name: name, value: text))
        }
    }

    /// A value in one line; tables and arrays by their size.
    package static func text(_ value: FieldValue, utcOffsetSeconds: Int) -> String {
        switch value {
        case .bool(let flag): return flag ? "true" : "false"
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64:
            return value.integer.map(String.init) ?? Figures.none
        case .float(let number): return "\(number)"
        case .double(let number): return "\(number)"
        case .decimal(let scale, let number): return Self.decimal(number, scale: scale)
        case .longString(let bytes):
            let text = String(validating: bytes.prefix(Self.valueBytesMax), as: UTF8.self)
            return text ?? Self.hexadecimal(bytes)
        case .byteArray(let bytes): return Self.hexadecimal(bytes)
        case .timestamp(let seconds):
            return Self.time(seconds: seconds, utcOffsetSeconds: utcOffsetSeconds)
        case .array(let values): return "[\(Figures.counted(values.count, "value"))]"
        case .table(let table): return "{\(Figures.counted(table.fields.count, "field"))}"
        case .void: return "(void)"
        }
    }

    /// A moment by the wall clock; the bare number when it lies beyond the year 9999.
    static func time(seconds: UInt64, utcOffsetSeconds: Int) -> String {
        guard seconds < 253_402_300_800 else { return "\(seconds) s" }
        return ClockText.dateAndTime(
            Timestamp(seconds: Int64(seconds)), utcOffsetSeconds: utcOffsetSeconds)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = bytes.prefix(32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let rest = bytes.count > 32 ? " …" : ""
        let size = Figures.counted(bytes.count, "byte")
        return bytes.isEmpty ? "(empty)" : "\(digits.joined(separator: " "))\(rest)  (\(size))"
    }

    private static func decimal(_ number: Int32, scale: UInt8) -> String {
        guard scale > 0 else { return "\(number)" }
        guard scale <= 12 else { return "\(number)e-\(scale)" }
        let digits = String(number.magnitude)
        let padded =
            String(repeating: "0", count: max(0, Int(scale) + 1 - digits.utf8.count)) + digits
        let point = padded.index(padded.endIndex, offsetBy: -Int(scale))
        return (number < 0 ? "-" : "") + padded[..<point] + "." + padded[point...]
    }
}
