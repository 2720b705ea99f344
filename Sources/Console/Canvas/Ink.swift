/// What a cell means; the theme decides what colour that is.
///
/// Screens name roles and never colours, so every theme and every colour depth fits every screen.
package enum Ink: Hashable, Sendable {
    /// Ordinary text, and the terminal's ground.
    case text, background
    /// Headings, quiet text, and what the eye should find first (keys, the open tab).
    case title, muted, accent
    /// The selected row: its text, and its ground.
    case selectedText, selected
    /// Judgements. Always beside a word or a mark that says the same.
    case good, warning, danger
    /// Lines: frames, the frame that has the keyboard, and lines inside a frame.
    case border, borderFocused, divider
    /// Frames of an overview's panels: load, what is stored, what flows.
    case borderLoad, borderStore, borderTraffic
    /// Figures beside a graph, the empty part of a gauge, and small additions to a row.
    case graphText, track, detail
    /// A point on one of the theme's gradients, `level` 0...100 (higher ones count as 100).
    case gradient(GradientName, UInt8)
}

/// The theme's gradients, from harmless (0) to as much as there can be (100).
package enum GradientName: UInt8, Hashable, Sendable, CaseIterable {
    /// How bad: lag, age, share of a limit (btop's `temp`).
    case heat
    /// How busy (btop's `cpu`).
    case load
    /// Messages ready (btop's `used`), and messages with consumers (btop's `cached`).
    case depth, unacked
    /// Room left (btop's `free`), and what is on offer (btop's `available`).
    case room, available
    /// Rates in (btop's `download`) and out (btop's `upload`).
    case incoming, outgoing
    /// Processing time (btop's `process`).
    case processing
}

extension Ink {
    /// The roles without payload, in the order of their codes.
    package static let roles: [Ink] = [
        .text, .background, .title, .muted, .accent, .selectedText, .selected, .good, .warning,
        .danger, .border, .borderFocused, .divider, .borderLoad, .borderStore, .borderTraffic,
        .graphText, .track, .detail,
    ]
}
