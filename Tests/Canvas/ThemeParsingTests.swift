import Canvas
import Testing

@Suite("Theme files in btop's format")
struct ThemeParsingTests {
    private func theme(_ text: String) throws -> Theme { try Theme(parsing: text, name: "mine") }

    @Test("All three notations, the empty one, comments and blank lines")
    func notations() throws {
        let theme = try self.theme(
            """
            # A comment, and a blank line

            theme[main_bg]="#1e2a3B"
            theme[main_fg]="#cc"
            \ttheme[title] = "12 200 255"  # another comment
            theme[hi_fg]=""
            theme[inactive_fg]=#7f7f00\r
            theme[div_line]= 1 2 3
            """)
        #expect(theme[.background] == RGB(0x1E, 0x2A, 0x3B))
        #expect(theme[.text] == RGB(0xCC, 0xCC, 0xCC))
        #expect(theme[.title] == RGB(12, 200, 255))
        #expect(theme[.accent] == nil)
        #expect(theme[.muted] == RGB(0x7F, 0x7F, 0))
        #expect(theme[.divider] == RGB(1, 2, 3))
    }

    @Test("Unknown keys are skipped whatever they hold, the last line of a key counts")
    func unknownAndRepeatedKeys() throws {
        let theme = try self.theme(
            """
            \u{FEFF}theme[rounded_corners]="True"
            theme[main_fg]="#111111"
            theme[main_fg]="#222222"
            """)
        #expect(theme[.text] == RGB(0x222222))
    }

    @Test("A gradient runs through its middle, straight without one, or is one colour")
    func gradients() throws {
        let theme = try self.theme(
            """
            theme[temp_start]="#000000"
            theme[temp_mid]="#646464"
            theme[temp_end]="#ffffff"
            theme[used_start]="#000000"
            theme[used_mid]=""
            theme[used_end]="#c80000"
            theme[free_start]="#123456"
            theme[free_mid]=""
            theme[free_end]=""
            """)
        #expect(theme[.gradient(.heat, 0)] == RGB(0x000000))
        #expect(theme[.gradient(.heat, 25)] == RGB(50, 50, 50))
        #expect(theme[.gradient(.heat, 50)] == RGB(100, 100, 100))
        #expect(theme[.gradient(.heat, 100)] == RGB(0xFFFFFF))
        #expect(theme[.gradient(.depth, 50)] == RGB(100, 0, 0))
        #expect(theme[.gradient(.room, 0)] == RGB(0x123456))
        #expect(theme[.gradient(.room, 100)] == RGB(0x123456))
    }

    @Test("What older files lack is taken from what they have")
    func missingKeys() throws {
        let theme = try self.theme(
            """
            theme[inactive_fg]="#404040"
            theme[hi_fg]="#00ffff"
            theme[cpu_start]="#00ff00"
            theme[cpu_mid]="#ffff00"
            theme[cpu_end]="#ff0000"
            """)
        #expect(theme[.graphText] == RGB(0x404040) && theme[.track] == RGB(0x404040))
        #expect(theme[.good] == RGB(0x00FF00) && theme[.warning] == RGB(0xFFFF00))
        #expect(theme[.danger] == RGB(0xFF0000) && theme[.borderFocused] == RGB(0x00FFFF))
        #expect(theme[.gradient(.processing, 100)] == RGB(0xFF0000))
    }

    @Test(
        "A bad line is named by number",
        arguments: [
            (
                "theme[main_bg]=\"#12345\"",
                ThemeError.Reason.notAColour(key: "main_bg", value: "#12345")
            ),
            ("theme[main_bg]=\"#ggg000\"", .notAColour(key: "main_bg", value: "#ggg000")),
            ("theme[main_bg]=\"256 0 0\"", .notAColour(key: "main_bg", value: "256 0 0")),
            ("theme[main_bg]=\"1 2\"", .notAColour(key: "main_bg", value: "1 2")),
            ("theme[main_bg]=\"red\"", .notAColour(key: "main_bg", value: "red")),
            ("theme[main_bg]=\"#-12345\"", .notAColour(key: "main_bg", value: "#-12345")),
            ("theme[main_bg]=\"#000000", .unclosedValue(key: "main_bg")),
            ("theme[main_bg]=\"#00\"00\"", .unclosedValue(key: "main_bg")),
            ("theme[main_bg]", .unreadableLine("theme[main_bg]")),
            ("theme[main_bg=\"#000000\"", .unreadableLine("theme[main_bg=\"#000000\"")),
            ("{\"colors\": []}", .unreadableLine("{\"colors\": []}")),
        ])
    func badLines(line: String, reason: ThemeError.Reason) {
        let error = #expect(throws: ThemeError.self) {
            try Theme(parsing: "# comment\r\n\r\n\(line)\r\n", name: "mine")
        }
        #expect(error?.line == 3 && error?.reason == reason)
    }

    @Test("The message says where, what and what to do, and is harmless itself")
    func messages() {
        let error = #expect(throws: ThemeError.self) {
            try Theme(parsing: "theme[title]=\"\u{1B}[31m\"", name: "my\u{7}theme")
        }
        #expect(
            error?.description == "theme \"my␇theme\", line 1: \"␛[31m\" is not a colour for "
                + "\"title\". Write \"#RRGGBB\", \"#RR\" for a grey, \"R G B\" with numbers from 0 "
                + "to 255, or \"\" for the terminal's own colour.")
    }

    @Test("A file at the limit is read, one byte more is refused")
    func sizeLimit() throws {
        let comment = "#" + String(repeating: "x", count: Theme.fileBytesMax - 1)
        #expect(try self.theme(comment).name == "mine")
        #expect(throws: ThemeError.self) { try self.theme(comment + "x") }
    }

    @Test("Files people have load unchanged", arguments: BtopFixtures.all)
    func fixtures(fixture: BtopFixtures.Fixture) throws {
        let theme = try Theme(parsing: fixture.text, name: fixture.name)
        #expect(theme[.background] == fixture.background)
        #expect(theme[.text] == fixture.foreground)
        #expect(theme[.selected] == fixture.selected)
        #expect(theme[.gradient(.load, 100)] == fixture.busiest)
    }
}
