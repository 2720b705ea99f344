/// A style as one terminal shows it in one theme.
package struct Appearance: Hashable, Sendable {
    package var foreground: TerminalColour
    package var background: TerminalColour
    package var attributes: Attributes
}

extension Theme {
    /// What a style looks like where so many colours can be shown.
    ///
    /// Differences that a theme makes by colour survive where the colour does not: a role without
    /// colour is told apart by attributes, a selected row whose ground falls together with the
    /// screen's is reversed, and text never has the colour of its own ground.
    package func appearance(of style: Style, depth: ColourDepth) -> Appearance {
        let depth = self.depth(limiting: depth)
        let ground = self.colour(of: .background, depth)
        var appearance = Appearance(
            foreground: self.colour(of: style.ink, depth),
            background: self.colour(of: style.paper, depth), attributes: style.attributes)
        if appearance.foreground == .standard, self.colour(of: .text, depth) == .standard {
            appearance.attributes.formUnion(style.ink.attributesWithoutColour)
        }
        if style.paper.standsOut, appearance.background == ground {
            appearance.attributes.formSymmetricDifference(.reverse)
        }
        if appearance.foreground == appearance.background, appearance.foreground != .standard {
            let paper = self[style.paper] ?? RGB(0x000000)
            appearance.foreground = depth.nearest(RGB(paper.isLight ? 0x000000 : 0xFFFFFF))
        }
        return appearance
    }

    private func depth(limiting depth: ColourDepth) -> ColourDepth {
        switch depth {
        case .monochrome, .ansi8, .ansi16: depth
        case .indexed256, .trueColour: self.usesOnlyANSIColours ? .ansi16 : depth
        }
    }

    private func colour(of ink: Ink, _ depth: ColourDepth) -> TerminalColour {
        var colour = self[ink]
        // Mixed colours have no good match among sixteen.
        if case .gradient(let name, let level) = ink, depth == .ansi16 || depth == .ansi8 {
            colour = self.gradients[Int(name.rawValue)].stepped(at: level)
        }
        return colour.map(depth.nearest) ?? .standard
    }
}

extension Ink {
    /// How a role is told apart where it has no colour.
    fileprivate var attributesWithoutColour: Attributes {
        switch self {
        case .title, .accent, .warning, .borderFocused: .bold
        case .danger: [.bold, .underline]
        case .muted, .detail, .divider, .graphText, .track: .dim
        case .text, .background, .selectedText, .selected, .good, .border, .borderLoad,
            .borderStore, .borderTraffic, .gradient:
            []
        }
    }

    /// Whether a ground of this role is there to be seen.
    fileprivate var standsOut: Bool {
        switch self {
        case .background, .track, .text: false
        case .title, .muted, .accent, .selectedText, .selected, .good, .warning, .danger, .border,
            .borderFocused, .divider, .borderLoad, .borderStore, .borderTraffic, .graphText,
            .detail, .gradient:
            true
        }
    }
}
