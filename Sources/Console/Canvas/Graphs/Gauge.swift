/// A horizontal bar that is filled as far as a share says.
package enum Gauge {
    /// The bar alone, for a row of text: exactly so many columns, the empty part blank (`-` in
    /// ASCII).
    ///
    /// - Parameter fraction: 0 is empty, 1 is full, more counts as full; not a number counts as
    ///   empty.
    package static func text(fraction: Double, columns: Int, symbols: GraphSymbols) -> String {
        guard columns > 0 else { return "" }
        let share = fraction > 0 ? min(fraction, 1) : 0
        let steps = symbols == .ascii ? 1 : Self.eighths.count
        var filled = Int(share * Double(columns * steps) + 0.5)
        // Little is not nothing, and nearly full is not full.
        if share > 0 { filled = max(filled, 1) }
        if share < 1 { filled = min(filled, columns * steps - 1) }
        let (whole, rest) = filled.quotientAndRemainder(dividingBy: steps)
        var bar = String(repeating: symbols == .ascii ? "#" : "█", count: whole)
        if rest > 0 { bar.append(Self.eighths[rest]) }
        let empty = columns - whole - (rest > 0 ? 1 : 0)
        return bar + String(repeating: symbols == .ascii ? "-" : " ", count: empty)
    }

    /// The bar in a gradient's colours over the theme's track, fitted to what can be seen of it.
    package static func draw(
        fraction: Double, into canvas: inout Canvas, row: Int, column: Int, columns: Int,
        gradient: GradientName = .heat
    ) {
        let place = Area(row: row, column: column, rows: 1, columns: columns)
        let visible = place.intersection(canvas.area)
        let bar = Self.text(
            fraction: fraction, columns: visible.columns, symbols: canvas.symbols)
        for (index, character) in bar.enumerated() {
            let isEmpty = character == " " || character == "-"
            let ink: Ink = isEmpty ? .muted : .gradient(gradient, UInt8(index * 100 / bar.count))
            canvas.put(
                String(character), in: visible, column: index, style: Style(ink: ink, paper: .track)
            )
        }
    }

    private static let eighths: [Character] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
