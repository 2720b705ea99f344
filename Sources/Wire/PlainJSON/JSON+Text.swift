extension JSON {
    /// The value in one line without blanks, for files of one document a line.
    package var compactText: String {
        var writer = Writer(indent: nil)
        writer.write(self, depth: 0)
        return writer.text
    }

    /// The value over several lines, indented by two blanks; without a line feed at the end.
    package var indentedText: String {
        var writer = Writer(indent: "  ")
        writer.write(self, depth: 0)
        return writer.text
    }

    private struct Writer {
        let indent: String?
        var text = ""

        mutating func write(_ value: JSON, depth: Int) {
            switch value {
            case .null: self.text += "null"
            case .bool(let value): self.text += value ? "true" : "false"
            case .integer(let value): self.text += "\(value)"
            case .number(let value):
                precondition(value.isFinite, "JSON has no infinity and no not-a-number")
                self.text += "\(value)"
            case .text(let text): self.text += JSON.quoted(text)
            case .array(let elements):
                self.list("[", "]", elements, depth) { writer, element in
                    writer.write(element, depth: depth + 1)
                }
            case .object(let members):
                self.list("{", "}", members, depth) { writer, member in
                    writer.text += JSON.quoted(member.name)
                    writer.text += writer.indent == nil ? ":" : ": "
                    writer.write(member.value, depth: depth + 1)
                }
            }
        }

        private mutating func list<Element>(
            _ open: String, _ close: String, _ elements: [Element], _ depth: Int,
            _ write: (inout Self, Element) -> Void
        ) {
            self.text += open
            for (place, element) in elements.enumerated() {
                if place > 0 { self.text += "," }
                self.breakLine(depth + 1)
                write(&self, element)
            }
            if !elements.isEmpty { self.breakLine(depth) }
            self.text += close
        }

        private mutating func breakLine(_ depth: Int) {
            guard let indent = self.indent else { return }
            self.text += "\n" + String(repeating: indent, count: depth)
        }
    }
}
