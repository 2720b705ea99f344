import Canvas

/// A broker that the console can be attached to, as the picker and the header show it.
package struct ContextChoice: Hashable, Sendable {
    /// What it is shown in; a theme says how that looks.
    package enum Colour: Hashable, Sendable {
        case plain, danger, warning, good, accent, muted
    }

    package var name: ContextName
    /// Where it is, without any secret.
    package var address: String
    package var colour: Colour
    /// Nothing is changed on it.
    package var isReadOnly: Bool
    /// A queue's name has to be typed before it is purged or deleted.
    package var isProtected: Bool

    package init(
        _ name: ContextName, address: String, colour: Colour = .plain, isReadOnly: Bool = false,
        isProtected: Bool = false
    ) {
        self.name = name
        self.address = address
        self.colour = colour
        self.isReadOnly = isReadOnly
        self.isProtected = isProtected
    }
}

extension ContextChoice.Colour {
    /// Names and warnings in this colour, bold so that they show without one.
    var style: Style {
        switch self {
        case .plain: .plain.adding(.bold)
        case .danger: .danger
        case .warning: .warning.adding(.bold)
        case .good: .good.adding(.bold)
        case .accent: .accent
        case .muted: .muted.adding(.bold)
        }
    }
}

/// Which contexts there are, and which one is shown.
package struct ContextState: Equatable, Sendable {
    /// What can be chosen, the broker of the start first; empty when nothing is configured.
    package var choices: [ContextChoice]
    /// The one that the console started with, whose broker load runs on.
    package var start: ContextName?
    /// The one that is shown.
    package var current: ContextName?
    /// Those with a link, which are shown at once when they are chosen.
    package var open: Set<ContextName>
    /// The one that is shown as soon as its link is there.
    package var connecting: ContextName?

    package init(
        choices: [ContextChoice] = [], current: ContextName? = nil, open: Set<ContextName> = []
    ) {
        self.choices = choices
        self.start = current
        self.current = current
        self.open = open
    }

    /// The one that is shown; nil when nothing is configured.
    var shown: ContextChoice? { self.choices.first { $0.name == self.current } }
}
