/// Which characters graphs, gauges and frames are made of.
package enum GraphSymbols: String, Hashable, Sendable, CaseIterable {
    /// Braille patterns: finest, two samples a cell.
    case braille
    /// Block elements: for fonts without braille.
    case block
    /// Letters every terminal has.
    case ascii
}
