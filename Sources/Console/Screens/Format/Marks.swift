import Canvas

/// Small signs beside text, in the characters that the person's font has.
package struct Marks: Sendable {
    private let isASCII: Bool

    package init(_ symbols: GraphSymbols) { self.isASCII = symbols == .ascii }

    package var selected: String { self.isASCII ? ">" : "▸" }
    package var marked: String { self.isASCII ? "*" : "✓" }
    package var alarm: String { "!" }
    package var incoming: String { self.isASCII ? "in" : "▲" }
    package var outgoing: String { self.isASCII ? "out" : "▼" }
    package var ascending: String { self.isASCII ? "^" : "▲" }
    package var descending: String { self.isASCII ? "v" : "▼" }
}
