/// A screen made of cells, which a view fills and a terminal shows.
///
/// ``put(_:row:column:style:columnsMax:)`` is the one way in for text, and it makes any text
/// harmless. Nothing here traps on a place outside the canvas: what does not fit is clipped.
package struct Canvas: Sendable {
    package let columns: Int
    package let rows: Int
    /// What frames, graphs and the pictures of hidden characters are made of.
    package let symbols: GraphSymbols

    /// Row after row. Eight bytes a cell, so that whole rows are filled and compared as words.
    var cells: [StoredCell]
    /// Glyphs of more than one scalar; cells name them by index.
    var clusters: [String] = []
    private var clusterIndices: [String: UInt32] = [:]
    /// Whether any wide character was ever written: only then overwriting may cut one in half.
    var mayHoldWide = false

    /// A blank canvas; negative sizes count as zero.
    package init(columns: Int, rows: Int, symbols: GraphSymbols = .braille) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        self.symbols = symbols
        self.cells = Array(
            repeating: StoredCell(glyph: .space, style: .plain), count: self.columns * self.rows)
    }

    /// One cell as a person sees it.
    package struct Cell: Equatable, Sendable {
        package var character: Character
        package var style: Style
        /// 1, 2 for the left half of a wide character, 0 for its right half.
        package var width: Int
    }

    /// The whole canvas as an area.
    package var area: Area { Area(row: 0, column: 0, rows: self.rows, columns: self.columns) }

    /// One cell; both indices must lie on the canvas.
    package subscript(row: Int, column: Int) -> Cell {
        precondition(
            self.area.contains(row: row, column: column), "a cell outside the canvas was read")
        let cell = self.cells[row * self.columns + column]
        return Cell(
            character: self.string(of: cell.glyph).first ?? " ", style: cell.style,
            width: self.width(row: row, column: column))
    }

    /// The rows joined by line feeds, trailing spaces trimmed.
    package var text: String {
        (0..<self.rows).map { self.text(ofRow: $0) }.joined(separator: "\n")
    }

    private func text(ofRow row: Int) -> String {
        var text = ""
        var spaces = 0
        for cell in self.cells[row * self.columns..<(row + 1) * self.columns] {
            if cell.glyph == .space {
                spaces += 1
            } else if cell.glyph != .rightHalf {
                text += String(repeating: " ", count: spaces)
                text += self.string(of: cell.glyph)
                spaces = 0
            }
        }
        return text
    }
}

/// A cell as it is stored.
struct StoredCell: Equatable, Sendable {
    var glyph: GlyphCode
    var style: Style
}

/// The content of a cell in 32 bits: a scalar, the index of a cluster, or the right half of a wide
/// one.
struct GlyphCode: Equatable, Sendable {
    let bits: UInt32

    static let space = GlyphCode(bits: 0x20)
    /// The canvas never stores U+0000, so zero is free for this.
    static let rightHalf = GlyphCode(bits: 0)

    init(_ scalar: Unicode.Scalar) { self.bits = scalar.value }
    init(clusterIndex: UInt32) { self.bits = Self.clusterFlag | clusterIndex }
    private init(bits: UInt32) { self.bits = bits }

    var scalar: Unicode.Scalar? {
        self.bits & Self.clusterFlag == 0 ? Unicode.Scalar(self.bits) : nil
    }
    var clusterIndex: Int? {
        self.bits & Self.clusterFlag != 0 ? Int(self.bits & ~Self.clusterFlag) : nil
    }

    private static let clusterFlag: UInt32 = 1 << 31
}

extension Canvas {
    /// The code of a cluster, the same one for the same cluster.
    mutating func code(ofCluster cluster: String) -> GlyphCode {
        if let index = self.clusterIndices[cluster] { return GlyphCode(clusterIndex: index) }
        let index = UInt32(self.clusters.count)
        self.clusters.append(cluster)
        self.clusterIndices[cluster] = index
        return GlyphCode(clusterIndex: index)
    }

    /// The text of a glyph; a space for the right half of a wide one.
    func string(of glyph: GlyphCode) -> String {
        if let index = glyph.clusterIndex { return self.clusters[index] }
        return glyph == .rightHalf ? " " : glyph.scalar.map { String(Character($0)) } ?? " "
    }

    func width(row: Int, column: Int) -> Int {
        let place = row * self.columns + column
        if self.cells[place].glyph == .rightHalf { return 0 }
        let isWide = column + 1 < self.columns && self.cells[place + 1].glyph == .rightHalf
        return isWide ? 2 : 1
    }
}
