/// How many columns text takes on a terminal, and text made to fit.
///
/// All figures are those of ``Canvas/put(_:row:column:style:columnsMax:)``: a character that it
/// shows as a picture counts as its picture.
package enum TextWidth {
    /// The columns that text takes where nothing clips it.
    package static func columns(of text: String, symbols: GraphSymbols = .braille) -> Int {
        var columns = 0
        var scanner = GlyphScanner(text)
        while let glyph = scanner.next() { columns += self.columns(of: glyph, symbols) }
        return columns
    }

    /// The text, or as much of its start as fits with an ellipsis.
    package static func truncated(
        _ text: String, toColumns columnsMax: Int, symbols: GraphSymbols = .braille
    ) -> String {
        guard columnsMax > 0 else { return "" }
        guard self.columns(of: text, symbols: symbols) > columnsMax else { return text }
        return self.start(of: text, columnsMax: columnsMax - 1, symbols) + self.ellipsis
    }

    /// The text, or its two ends with an ellipsis between them; for names whose end matters.
    package static func truncatedInTheMiddle(
        _ text: String, toColumns columnsMax: Int, symbols: GraphSymbols = .braille
    ) -> String {
        guard columnsMax > 0 else { return "" }
        let columns = self.columns(of: text, symbols: symbols)
        guard columns > columnsMax else { return text }
        let start = self.start(of: text, columnsMax: columnsMax / 2, symbols)
        let left = columnsMax - 1 - self.columns(of: start, symbols: symbols)
        return start + self.ellipsis + self.end(of: text, dropping: columns - left, symbols)
    }

    /// The text at the left of exactly so many columns, truncated when it is longer.
    package static func padded(
        _ text: String, toColumns columns: Int, symbols: GraphSymbols = .braille
    ) -> String {
        let fitting = self.truncated(text, toColumns: columns, symbols: symbols)
        return fitting + self.spaces(columns - self.columns(of: fitting, symbols: symbols))
    }

    /// The text at the right of exactly so many columns, truncated when it is longer.
    package static func paddedLeft(
        _ text: String, toColumns columns: Int, symbols: GraphSymbols = .braille
    ) -> String {
        let fitting = self.truncated(text, toColumns: columns, symbols: symbols)
        return self.spaces(columns - self.columns(of: fitting, symbols: symbols)) + fitting
    }

    /// One column wide; the canvas draws it as `~` when it is to draw with ASCII.
    private static let ellipsis = "…"

    private static func spaces(_ count: Int) -> String {
        String(repeating: " ", count: max(0, count))
    }

    private static func columns(of glyph: Glyph, _ symbols: GraphSymbols) -> Int {
        switch glyph {
        case .single(_, let columns), .cluster(_, let columns): columns
        // A visible form consists of characters one column wide.
        case .hidden(let scalar):
            VisibleText.form(of: scalar, symbols: symbols).unicodeScalars.count
        }
    }

    /// The glyphs that fit into so many columns, in the text's own characters.
    private static func start(
        of text: String, columnsMax: Int, _ symbols: GraphSymbols
    ) -> String {
        var result = ""
        var columns = 0
        var scanner = GlyphScanner(text)
        while let glyph = scanner.next() {
            columns += self.columns(of: glyph, symbols)
            guard columns <= columnsMax else { break }
            self.append(glyph, to: &result)
        }
        return result
    }

    /// The glyphs that start at that column or later.
    private static func end(
        of text: String, dropping columnsDropped: Int, _ symbols: GraphSymbols
    ) -> String {
        var result = ""
        var column = 0
        var scanner = GlyphScanner(text)
        while let glyph = scanner.next() {
            if column >= columnsDropped { self.append(glyph, to: &result) }
            column += self.columns(of: glyph, symbols)
        }
        return result
    }

    /// Hidden characters stay as they are: the canvas shows them, and must not see a form of a
    /// form.
    private static func append(_ glyph: Glyph, to text: inout String) {
        switch glyph {
        case .single(let scalar, _), .hidden(let scalar): text.unicodeScalars.append(scalar)
        case .cluster(let cluster, _): text += cluster
        }
    }
}
