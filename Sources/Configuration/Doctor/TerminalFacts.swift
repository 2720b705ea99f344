/// What is known of the terminal that the console would be shown on.
package struct TerminalFacts: Equatable, Sendable {
    package var isTerminal: Bool
    /// `TERM`; nil when it is not set.
    package var name: String?
    /// Whether the system describes such a terminal.
    package var isDescribed: Bool
    package var columns: Int
    package var rows: Int
    /// The locale that counts for characters.
    package var locale: String
    /// `COLORTERM`.
    package var colours: String?
    /// `NO_COLOR` is set.
    package var isColourless: Bool

    package init(
        isTerminal: Bool, name: String?, isDescribed: Bool, columns: Int, rows: Int,
        locale: String, colours: String? = nil, isColourless: Bool = false
    ) {
        self.isTerminal = isTerminal
        self.name = name
        self.isDescribed = isDescribed
        self.columns = columns
        self.rows = rows
        self.locale = locale
        self.colours = colours
        self.isColourless = isColourless
    }
}

extension TerminalFacts {
    /// What the console needs, and what it is comfortable in.
    private static let (columnsMin, rowsMin) = (40, 12)
    private static let (columnsUsual, rowsUsual) = (80, 24)

    package var findings: [Finding] {
        guard self.isTerminal else {
            return [
                Finding(
                    "terminal", .ok,
                    "Standard output is no terminal; the console needs one, serve does not.")
            ]
        }
        return [self.nameFinding, self.sizeFinding, self.colourFinding, self.localeFinding]
    }

    private var nameFinding: Finding {
        guard let name = self.name else {
            return Finding(
                "terminal", .fail, "TERM is not set.",
                advice: "Set it to your terminal's kind, such as xterm-256color.")
        }
        return self.isDescribed
            ? Finding("terminal", .ok, "TERM is \(name).")
            : Finding(
                "terminal", .fail, "TERM is \(name), which this system does not describe.",
                advice: "Install its description (Debian: ncurses-term), or set TERM to one that "
                    + "it knows, such as xterm-256color.")
    }

    private var sizeFinding: Finding {
        let found = "\(self.columns)x\(self.rows)."
        let isTooSmall = self.columns < Self.columnsMin || self.rows < Self.rowsMin
        let isSmall = self.columns < Self.columnsUsual || self.rows < Self.rowsUsual
        guard isSmall else { return Finding("terminal size", .ok, found) }
        return Finding(
            "terminal size", isTooSmall ? .fail : .warn, found,
            advice: isTooSmall
                ? "The console needs \(Self.columnsMin)x\(Self.rowsMin): make the window larger."
                : "At \(Self.columnsUsual)x\(Self.rowsUsual) everything has room.")
    }

    private var colourFinding: Finding {
        if self.isColourless {
            return Finding("colours", .ok, "NO_COLOR is set: none are used.")
        }
        if let colours = self.colours, ["truecolor", "24bit"].contains(colours) {
            return Finding("colours", .ok, "All of them.")
        }
        let name = self.name ?? ""
        if name.hasSuffix("-direct") { return Finding("colours", .ok, "All of them.") }
        if name.contains("256color") { return Finding("colours", .ok, "256.") }
        return Finding(
            "colours", .ok, "Few: TERM is \(name). The themes sixteen and monochrome suit it.")
    }

    private var localeFinding: Finding {
        let name = self.locale.uppercased()
        let isUTF8 = name.contains(".UTF-8") || name.contains(".UTF8")
        return isUTF8
            ? Finding("locale", .ok, "\(self.locale).")
            : Finding(
                "locale", .warn,
                "\(self.locale.isEmpty ? "None is set" : self.locale): it is not UTF-8.",
                advice: "Set LANG to one that is, such as C.UTF-8, or graphs and names look wrong.")
    }
}
