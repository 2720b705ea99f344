extension Theme {
    /// The largest theme file that is read; real ones have about 3 KiB.
    package static let fileBytesMax = 65_536

    /// Reads a theme.
    ///
    /// What the file does not mention is as in the theme `dark`.
    ///
    /// - Parameters:
    ///   - text: The file, in btop's format: `theme[key]="#RRGGBB"`, at most ``fileBytesMax``
    ///     bytes.
    ///   - name: What the picker shows, usually the file's name without `.theme`.
    /// - Throws: ``ThemeError`` with the first line that cannot be read.
    package init(parsing text: String, name: String) throws(ThemeError) {
        let file = try ThemeFile(parsing: text, name: name)
        self.init(
            name: name,
            roleColours: Ink.roles.map { Self.colour(of: $0, in: file) },
            gradients: GradientName.allCases.map { Self.gradient($0, in: file) })
    }

    private static func colour(of role: Ink, in file: ThemeFile) -> RGB? {
        let key = ThemeKeys.key(of: role)
        if let colour = file[key.name] { return colour }
        switch key.substitute {
        case .key(let substitute):
            if let colour = file[substitute] { return colour }
        case .load(let level):
            let load = Self.gradient(.load, in: file)
            if load != Self.defaultGradient(.load) { return load.mixed(at: level) }
        case .none: break
        }
        return ThemeDefaults.colours[key.name]
    }

    private static func gradient(_ name: GradientName, in file: ThemeFile) -> GradientColours {
        let prefix = ThemeKeys.prefix(of: name)
        for candidate in [prefix.name, prefix.otherwise].compactMap({ $0 }) {
            let keys = ThemeKeys.steps(candidate)
            if let start = file[keys.start] {
                return GradientColours(
                    start: start, middle: file[keys.middle] ?? nil, end: file[keys.end] ?? nil)
            }
        }
        return Self.defaultGradient(name)
    }

    private static func defaultGradient(_ name: GradientName) -> GradientColours {
        let keys = ThemeKeys.steps(ThemeKeys.prefix(of: name).name)
        return GradientColours(
            start: ThemeDefaults.colours[keys.start], middle: ThemeDefaults.colours[keys.middle],
            end: ThemeDefaults.colours[keys.end])
    }
}

extension Ink {
    /// The place of a role in ``Ink/roles``.
    var roleIndex: Int {
        guard let index = Ink.roles.firstIndex(of: self) else {
            preconditionFailure("a gradient is not a role")
        }
        return index
    }
}
