import Canvas

/// Sentences broken into lines at their spaces.
package enum TextLines {
    /// Lines of at most so many columns; a word that is longer is cut.
    package static func wrapped(_ text: String, toColumns columns: Int) -> [String] {
        let columns = max(1, columns)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if line.isEmpty || TextWidth.columns(of: longer) <= columns {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { TextWidth.truncated($0, toColumns: columns) }
    }
}
