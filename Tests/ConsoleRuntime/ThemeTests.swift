import Canvas
import ConsoleRuntime
import Testing

/// Built-in themes, a person's own, and the picker's live preview.
@MainActor
@Suite(.timeLimit(.minutes(5)))
struct ThemeTests {
    @Test("Moving in the picker shows a theme at once, esc goes back to the first")
    func preview() async throws {
        let bench = try ConsoleBench()
        await bench.run {
            bench.terminal.press(.character("T"), .down)
            await bench.terminal.waitForText("▸ light")
            bench.terminal.press(.escape, .character("T"), .down, .down, .enter)
            await bench.terminal.waitForText("Theme high-contrast")
        }
        #expect(
            bench.terminal.themes == ["dark", "light", "dark", "light", "high-contrast"])
    }

    @Test("A person's own files are listed, and win over built-in themes of the same name")
    func ownThemes() throws {
        let folder = try TemporaryFolder()
        try folder.write("theme[main_fg]=\"#112233\"\n", to: "mine.theme")
        try folder.write("theme[main_fg]=\"#445566\"\n", to: "light.theme")
        try folder.write("no theme at all", to: "notes.txt")
        let library = ThemeLibrary(directories: [folder.path])
        #expect(library.names.contains("mine"))
        #expect(library.names.filter { $0 == "light" }.count == 1)
        #expect(library.theme(named: "light")?[.text] == RGB(0x44, 0x55, 0x66))
        #expect(library.theme(named: "notes") == nil)
        #expect(library.problems.isEmpty)
    }

    @Test("A file that is no theme is left out, and the console says so")
    func badTheme() async throws {
        let bench = try ConsoleBench { try $0.write("theme[main_fg]=\"red\"\n", to: "bad.theme") }
        await bench.run {
            await bench.terminal.wait { Self.words($0).contains("bad.theme is not used") }
        }
    }

    @Test("Starting with a broken file tells what is wrong with it, not that there is none")
    func brokenThemeAtStart() throws {
        let folder = try TemporaryFolder()
        try folder.write("theme[main_fg]=\"red\"\n", to: "mine.theme")
        let library = ThemeLibrary(directories: [folder.path])
        let error = #expect(throws: SettingsError.self) { try library.theme("mine") }
        let sentence = try #require(error?.description)
        #expect(sentence.hasPrefix("The theme mine cannot be shown. \(folder.path)/mine.theme"))
        #expect(sentence.contains("line 1: \"red\" is not a colour"))
        #expect(sentence.contains("choose one of dark, light"))
        let unknown = #expect(throws: SettingsError.self) { try library.theme("yours") }
        #expect(unknown?.description.hasPrefix("There is no theme yours.") == true)
        #expect(try library.theme(nil).name == "dark")
    }

    @Test("The picker tells of every file that is not used")
    func allProblems() async throws {
        let bench = try ConsoleBench {
            try $0.write("theme[main_fg]=\"red\"\n", to: "bad.theme")
            try $0.write("what?\n", to: "worse.theme")
        }
        await bench.run {
            await bench.terminal.wait { Self.words($0).contains("all 2 files that are not used") }
            bench.terminal.press(.character("T"), .end)
            await bench.terminal.wait { Self.words($0).contains("neither a colour nor a comment") }
            bench.terminal.press(.up)
            await bench.terminal.wait { Self.words($0).contains("is not a colour for") }
            bench.terminal.press(.enter, .character("T"))  // It cannot be chosen: nothing changes.
            await bench.terminal.waitForText("!▸ bad")
        }
        #expect(Set(bench.terminal.themes) == ["dark"])
    }

    /// The text without frames and line ends, so that a sentence is found however it is broken.
    private static func words(_ text: String) -> String {
        text.split { $0.isWhitespace || $0 == "│" }.joined(separator: " ")
    }
}
