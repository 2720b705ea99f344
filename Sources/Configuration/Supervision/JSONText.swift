/// Texts as JSON writes them. What a terminal would obey never goes out as it is, because what
/// programs write is read in terminals too.
package enum JSONText {
    /// A text in quotes.
    package static func quoted(_ text: String) -> String {
        let inside = text.unicodeScalars.reduce(into: "") { quoted, scalar in
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where Self.isHidden(scalar): quoted += Self.escaped(scalar)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return "\"\(inside)\""
    }

    /// Whether a character shows nothing, but may do something.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// `\u001b`.
    static func escaped(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }.joined()
    }
}
