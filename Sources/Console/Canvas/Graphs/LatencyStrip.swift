/// A distribution in one row: bars between the bounds of their buckets.
///
/// `1 ms ▏██████████▏ 4 ms ▏████▏ 16 ms ▏█▏ 64 ms`
package enum LatencyStrip {
    /// Draws one bar a bucket, as long as its share; a bucket that is not empty gets at least one
    /// cell.
    ///
    /// Empty buckets at both ends are left out. Where there is no room for all bars, those of the
    /// highest values are cut off and an ellipsis says so.
    ///
    /// - Parameters:
    ///   - bounds: Labels of the bounds, one more than there are buckets.
    ///   - counts: How many fell into each bucket.
    ///   - columns: The width that may be used at most.
    package static func text(
        bounds: [String], counts: [UInt64], columns: Int, symbols: GraphSymbols
    ) -> String {
        precondition(bounds.count == counts.count + 1, "every bucket lies between two bounds")
        guard let first = counts.firstIndex(where: { $0 > 0 }),
            let last = counts.lastIndex(where: { $0 > 0 })
        else { return "" }
        let labels = bounds[first...last + 1]
        let shown = counts[first...last]
        let labelColumns = labels.reduce(0) { $0 + TextWidth.columns(of: $1, symbols: symbols) }
        let room = max(0, columns - labelColumns - shown.count * Self.sideColumns)
        var text = labels.first ?? ""
        for (length, label) in zip(Self.lengths(of: shown, room: room), labels.dropFirst()) {
            text += " ▏" + String(repeating: "█", count: length) + "▏ " + label
        }
        return TextWidth.truncated(text, toColumns: columns, symbols: symbols)
    }

    /// A space and a line on either side of a bar.
    private static let sideColumns = 4

    /// Shares of the room, rounded down but never to nothing.
    private static func lengths(of counts: ArraySlice<UInt64>, room: Int) -> [Int] {
        let total = counts.reduce(0.0) { $0 + Double($1) }
        let filled = counts.lazy.filter { $0 > 0 }.count
        // One cell for each bar first, so that rounding up the small ones cannot exceed the room.
        let shared = Double(max(0, room - filled))
        return counts.map { $0 == 0 ? 0 : 1 + Int(Double($0) / total * shared) }
    }
}
