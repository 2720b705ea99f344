/// Text from outside made harmless: what could steer a terminal or hide from the eye is spelled
/// out.
package enum VisibleText {
    /// The text as ``Canvas/put(_:row:column:style:columnsMax:)`` shows it, on one line.
    ///
    /// For places that print without a canvas, such as an error on standard error.
    package static func of(_ text: String, symbols: GraphSymbols = .braille) -> String {
        var result = ""
        var scanner = GlyphScanner(text)
        while let glyph = scanner.next() {
            switch glyph {
            case .single(let scalar, _):
                result.unicodeScalars.append(symbols.scalar(scalar))
            case .cluster(let cluster, _):
                result += cluster
            case .hidden(let scalar):
                result += self.form(of: scalar, symbols: symbols)
            }
        }
        return result
    }

    /// What is shown instead of a hidden character: a control picture where there is one, else its
    /// number.
    static func form(of scalar: Unicode.Scalar, symbols: GraphSymbols) -> String {
        if symbols != .ascii {
            switch scalar.value {
            case 0..<0x20: return Self.picture(0x2400 + scalar.value)
            case 0x7F: return "␡"
            default:
                // Spaces of other widths: one must see that it is not the ordinary one.
                if scalar.properties.generalCategory == .spaceSeparator { return "␣" }
            }
        }
        return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }

    private static func picture(_ value: UInt32) -> String {
        Unicode.Scalar(value).map { String(Character($0)) } ?? "␦"
    }
}

extension GraphSymbols {
    /// The scalar to draw for one of the console's own marks and lines: itself, or with `ascii` a
    /// letter like it.
    ///
    /// Views use one vocabulary and need no second version of themselves for plain terminals. Text
    /// from outside that holds one of these few marks is shown with the letter too.
    func scalar(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard self == .ascii, scalar.value > 0x7E else { return scalar }
        return switch scalar {
        case "─", "–", "—", "‐", "━": "-"
        case "│", "▏", "▕", "┃": "|"
        case "╭", "╮", "╰", "╯", "├", "┤", "┬", "┴", "┼", "┌", "┐", "└", "┘": "+"
        case "▲", "↑", "▴": "^"
        case "▼", "↓", "▾": "v"
        case "▶", "▸", "→", "›", "»": ">"
        case "◀", "◂", "←", "‹", "«": "<"
        case "✓", "●", "•", "★": "*"
        case "✗", "×": "x"
        case "○": "o"
        case "·": "."
        case "…": "~"
        case "≈": "="
        case "█": "#"
        case "░", "▒": "."
        default: scalar
        }
    }
}
