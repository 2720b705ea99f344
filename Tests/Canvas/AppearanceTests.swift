import Canvas
import Testing

@Suite("Styles in a theme on a terminal")
struct AppearanceTests {
    private func theme(_ text: String) throws -> Theme { try Theme(parsing: text, name: "test") }

    @Test("With true colours a style gets the theme's")
    func colours() throws {
        let theme = try self.theme("theme[main_bg]=\"#101010\"\ntheme[danger]=\"#ff0011\"")
        let appearance = theme.appearance(of: .danger, depth: .trueColour)
        #expect(appearance.foreground == .direct(RGB(0xFF0011)))
        #expect(appearance.background == .direct(RGB(0x101010)))
        #expect(appearance.attributes == .bold)
    }

    @Test("Without colour, roles differ by attributes", arguments: ColourDepth.allCases)
    func monochrome(depth: ColourDepth) {
        func attributes(_ style: Style) -> Attributes {
            Theme.monochrome.appearance(of: style, depth: depth).attributes
        }
        #expect(attributes(.plain) == [])
        #expect(attributes(Style(ink: .accent)) == .bold)
        #expect(attributes(Style(ink: .danger)) == [.bold, .underline])
        #expect(attributes(.muted) == .dim)
        #expect(attributes(Style(ink: .selectedText, paper: .selected)) == .reverse)
        // A reversed word in a reversed row stands out by not being reversed.
        #expect(attributes(Style(paper: .selected, attributes: .reverse)) == [])
    }

    @Test("A selected row whose ground is lost among few colours is reversed")
    func lostSelection() throws {
        let theme = try self.theme(
            "theme[main_bg]=\"#14181f\"\ntheme[main_fg]=\"#dddddd\"\n"
                + "theme[selected_bg]=\"#1b2433\"\ntheme[selected_fg]=\"#ffffff\"")
        let selected = Style(ink: .selectedText, paper: .selected)
        #expect(theme.appearance(of: selected, depth: .trueColour).attributes == [])
        #expect(theme.appearance(of: selected, depth: .ansi16).attributes == .reverse)
    }

    @Test("Text never has the colour of its ground")
    func unreadableText() throws {
        let theme = try self.theme("theme[main_bg]=\"#202020\"\ntheme[inactive_fg]=\"#202020\"")
        let onDark = theme.appearance(of: .muted, depth: .indexed256)
        #expect(onDark.foreground == ColourDepth.indexed256.nearest(RGB(0xFFFFFF)))
        let light = try self.theme("theme[main_bg]=\"#ffffff\"\ntheme[inactive_fg]=\"#ffffff\"")
        let onLight = light.appearance(of: .muted, depth: .ansi8)
        #expect(onLight.foreground == .indexed(0))
    }

    @Test("A theme of the sixteen ANSI colours uses the terminal's own, however many there are")
    func ansiTheme() {
        let names = ["main_fg", "main_bg"].map { "theme[\($0)]=\"\"" }
        let rest = """
            title hi_fg selected_bg selected_fg inactive_fg proc_misc cpu_box mem_box net_box \
            proc_box div_line cpu_start cpu_end temp_start temp_end free_start cached_start \
            available_start used_start download_start upload_start
            """.split(separator: " ").map { "theme[\($0)]=\"#ff0000\"" }
        let theme = try? Theme(parsing: (names + rest).joined(separator: "\n"), name: "sixteen")
        let appearance = theme?.appearance(of: .accent, depth: .trueColour)
        #expect(appearance?.foreground == .indexed(9))
        #expect(appearance?.background == .standard)
    }

    @Test("Gradients are stepped, not mixed, where colours are few")
    func steppedGradients() throws {
        let theme = try self.theme(
            """
            theme[temp_start]="#00ff00"
            theme[temp_mid]="#ffff00"
            theme[temp_end]="#ff0000"
            """)
        let steps = [0, 33, 34, 66, 67, 100].map { level in
            theme.appearance(of: Style(ink: .gradient(.heat, level)), depth: .ansi16).foreground
        }
        #expect(steps == [10, 10, 11, 11, 9, 9].map { .indexed($0) })
    }
}
