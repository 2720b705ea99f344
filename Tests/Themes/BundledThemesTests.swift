import Canvas
import Testing
import Themes

@Suite("The themes in the binary")
struct BundledThemesTests {
    private static let themes = BundledThemes.all.compactMap {
        try? Theme(parsing: $0.text, name: $0.name)
    }

    private static func theme(_ name: String) throws -> Theme {
        try #require(Self.themes.first { $0.name == name })
    }

    @Test("There are six, and all can be read")
    func names() {
        let names = ["dark", "light", "high-contrast", "colour-blind", "sixteen", "monochrome"]
        #expect(BundledThemes.all.map(\.name) == names)
        #expect(Self.themes.map(\.name) == names)
    }

    @Test("Every theme names every key, so that none depends on another")
    func completeness() {
        let keys = BundledThemes.all.map { theme in
            Set(
                theme.text.split(separator: "\n").filter { $0.hasPrefix("theme[") }
                    .map { $0.prefix { $0 != "=" } })
        }
        #expect(keys.allSatisfy { $0 == keys[0] && $0.count == 46 })
    }

    @Test("What a file does not mention is as in the theme dark")
    func defaults() throws {
        let dark = try Self.theme("dark")
        let empty = try Theme(parsing: "", name: "dark")
        #expect(dark == empty)
    }

    @Test("Text, judgements and the selected row can be read", arguments: Self.themes)
    func contrast(theme: Theme) throws {
        let least = theme.name == "high-contrast" ? 7.0 : 4.5
        for ink in [Ink.text, .title, .accent, .good, .warning, .danger, .detail, .graphText] {
            guard let colour = theme[ink], let ground = theme[.background] else { continue }
            #expect(Self.contrast(colour, ground) >= least, "\(ink) in \(theme.name)")
        }
        if let text = theme[.selectedText], let ground = theme[.selected] {
            #expect(Self.contrast(text, ground) >= least, "selected row in \(theme.name)")
        }
        if let colour = theme[.muted], let ground = theme[.background] {
            #expect(Self.contrast(colour, ground) >= 3, "quiet text in \(theme.name)")
        }
    }

    @Test("sixteen holds only ANSI colours, monochrome none")
    func limitedThemes() throws {
        let sixteen = try Self.theme("sixteen")
        let monochrome = try Self.theme("monochrome")
        let inks =
            Ink.roles + GradientName.allCases.flatMap { [.gradient($0, 0), .gradient($0, 100)] }
        for ink in inks {
            #expect(sixteen[ink].map(ColourDepth.ansiColours.contains) ?? true)
            #expect(monochrome[ink] == nil)
        }
        #expect(sixteen.appearance(of: .danger, depth: .indexed256).foreground == .indexed(9))
    }

    @Test("Nothing is invisible in any theme at any depth", arguments: Self.themes)
    func visibility(theme: Theme) {
        for depth in ColourDepth.allCases {
            let plain = theme.appearance(of: .plain, depth: depth)
            let selected = theme.appearance(of: .selected, depth: depth)
            #expect(
                selected.background != plain.background || selected.attributes.contains(.reverse),
                "selected row in \(theme.name) with \(depth)")
            for ink in Ink.roles where ink != .background && ink != .selected && ink != .track {
                let looks = theme.appearance(of: Style(ink: ink), depth: depth)
                #expect(
                    looks.foreground == .standard || looks.foreground != looks.background,
                    "\(ink) in \(theme.name) with \(depth)")
            }
        }
    }

    /// Contrast of two colours, 1 to 21 (WCAG 2.1, "contrast ratio").
    private static func contrast(_ one: RGB, _ other: RGB) -> Double {
        let lights = [one, other].map(Self.luminance).sorted()
        return (lights[1] + 0.05) / (lights[0] + 0.05)
    }

    private static func luminance(_ colour: RGB) -> Double {
        func linear(_ channel: UInt8) -> Double {
            let share = Double(channel) / 255
            return share <= 0.03928 ? share / 12.92 : Self.power((share + 0.055) / 1.055)
        }
        return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green)
            + 0.0722 * linear(colour.blue)
    }

    /// `base` to the power of 2.4, as 2 + 2/5: by Newton's method, to stay without Foundation.
    private static func power(_ base: Double) -> Double {
        var root = 1.0
        for _ in 0..<60 {
            root -= (root * root * root * root * root - base) / (5 * root * root * root * root)
        }
        return base * base * root * root
    }
}
