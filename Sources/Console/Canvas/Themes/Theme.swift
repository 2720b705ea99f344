/// Colours for every role, read from a file in btop's format.
package struct Theme: Equatable, Sendable {
    /// What the picker shows.
    package let name: String
    /// One colour a role, in the order of ``Ink/roles``; `nil` is the terminal's own.
    let roleColours: [RGB?]
    /// One gradient a name, in the order of ``GradientName/allCases``.
    let gradients: [GradientColours]
    /// Whether the theme names no colour but the sixteen of ANSI: then the terminal's own versions
    /// of them are meant, however many it has.
    let usesOnlyANSIColours: Bool

    init(name: String, roleColours: [RGB?], gradients: [GradientColours]) {
        precondition(roleColours.count == Ink.roles.count, "a theme has a colour for every role")
        precondition(gradients.count == GradientName.allCases.count, "and every gradient")
        self.name = name
        self.roleColours = roleColours
        self.gradients = gradients
        let colours =
            roleColours.compactMap { $0 }
            + gradients.flatMap { [$0.start, $0.middle, $0.end].compactMap { $0 } }
        self.usesOnlyANSIColours = colours.allSatisfy(ColourDepth.ansiColours.contains)
    }

    /// The colour of a role; `nil` leaves it to the terminal.
    package subscript(ink: Ink) -> RGB? {
        if case .gradient(let name, let level) = ink {
            return self.gradients[Int(name.rawValue)].mixed(at: level)
        }
        return self.roleColours[ink.roleIndex]
    }

    /// No colour at all: everything shows by words and attributes.
    package static let monochrome = Theme(
        name: "monochrome", roleColours: Ink.roles.map { _ in nil },
        gradients: GradientName.allCases.map { _ in GradientColours() })
}
