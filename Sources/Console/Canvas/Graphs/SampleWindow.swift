/// The newest samples of a series, spread over the places of a graph.
struct SampleWindow {
    /// One height a place, oldest first: 0 is a gap, 1 the line at the bottom, `steps` a full
    /// place.
    let heights: [Int]

    /// - Parameters:
    ///   - values: Samples, oldest first. Not a number is a gap, less than zero counts as zero.
    ///   - places: How many heights to make; missing old samples are gaps.
    ///   - span: How many samples all places together stand for; each place shows the highest of
    ///     its share.
    ///   - maximum: The value of a full place; the largest finite one shown when `nil`.
    ///   - steps: Heights that can be told apart.
    init(values: [Double], places: Int, span: Int?, maximum: Double?, steps: Int) {
        let places = max(0, places)
        let span = max(1, span ?? places)
        let missing = span - values.count
        let shares = (0..<places).map { place -> Double in
            let first = place * span / places - missing
            let end = max((place + 1) * span / places - missing, first + 1)
            guard end > 0 else { return .nan }
            return values[max(0, first)..<min(end, values.count)]
                .reduce(.nan) { Double.maximum($0, $1) }
        }
        let largest = shares.filter(\.isFinite).max() ?? 0
        let full = maximum ?? largest
        self.heights = shares.map { Self.height(of: $0, full: full, steps: steps) }
    }

    /// Rounded up, so that the smallest value above zero that can be seen is seen.
    private static func height(of value: Double, full: Double, steps: Int) -> Int {
        guard !value.isNaN else { return 0 }
        guard value > 0 else { return 1 }
        guard full > 0, value < full else { return steps }
        let height = value / full * Double(steps)
        let whole = Int(height)
        return max(1, min(steps, Double(whole) < height ? whole + 1 : whole))
    }
}

/// The character for two neighbouring heights within one cell.
struct GraphCell {
    /// Steps from the bottom of a cell to its top.
    static func steps(_ symbols: GraphSymbols) -> Int {
        switch symbols {
        case .braille: 4
        case .block: 8
        case .ascii: Self.letters.count - 1
        }
    }

    /// - Parameters left, right: Heights 0 (empty) to ``steps(_:)``; more counts as full.
    static func character(left: Int, right: Int, symbols: GraphSymbols) -> Character {
        let full = Self.steps(symbols)
        let left = min(max(0, left), full)
        let right = min(max(0, right), full)
        switch symbols {
        case .braille:
            let dots = Self.leftDots[left] | Self.rightDots[right]
            // Nothing is a plain space, so that an empty graph compares and copies as empty text.
            return dots == 0 ? " " : Unicode.Scalar(0x2800 + dots).map(Character.init) ?? " "
        case .block: return Self.blocks[max(left, right)]
        case .ascii: return Self.letters[max(left, right)]
        }
    }

    /// Dots filled from the bottom (Unicode's braille patterns number them 7 3 2 1 and 8 6 5 4).
    private static let leftDots: [UInt32] = [0, 0x40, 0x44, 0x46, 0x47]
    private static let rightDots: [UInt32] = [0, 0x80, 0xA0, 0xB0, 0xB8]
    private static let blocks: [Character] = Array(" ▁▂▃▄▅▆▇█")
    private static let letters: [Character] = Array(" .:-=+*#")
}
