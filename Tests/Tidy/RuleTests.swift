import Testing

/// The rules themselves, on small texts: each has to complain where it should.
@Suite("Tidy rules")
struct RuleTests {
    @Test("Comments and literals are told from code")
    func scanning() {
        let file = Self.file(
            #"""
            let a = "func // \(b["x"] + c) no" // func f
            /* let /* nested */ still */ let d = #"raw " quote"#
            """#)
        #expect(file.code[0].trimmed == #"let a =            b[   ] + c"#)
        #expect(file.comments[0].trimmed == "// func f")
        #expect(file.code[1].trimmed == "let d =")
    }

    @Test("A file has at most 400 lines")
    func fileSize() {
        let line = "let a = 1\n"
        #expect(Rules.size(Self.file(String(repeating: line, count: 400))) == [])
        let complaints = Rules.size(Self.file(String(repeating: line, count: 401)))
        #expect(complaints.map(\.line) == [401])
    }

    @Test("A line has at most 100 columns, but for the inside of a multi-line literal")
    func lineSize() {
        let wide = String(repeating: "x", count: 101)
        #expect(Rules.size(Self.file(String(wide.dropLast()))) == [])
        #expect(Rules.size(Self.file(wide)).map(\.line) == [1])
        let quotes = "\"\"\""
        let text = "let a = \(quotes)\n\(wide)\n\(quotes)\n\(wide)"
        #expect(Rules.size(Self.file(text)).map(\.line) == [4])
    }

    @Test(
        "A function has at most 70 lines, whatever declares it",
        arguments: [
            "func f(\n_ a: () -> Int = { 1 }) throws(E) -> Int", "init(a: Int)", "deinit",
            "subscript(a: Int) -> Int", "package var a: [String: Int]",
        ])
    func functionSize(declaration: String) {
        let statements = { (count: Int) in String(repeating: "g { }\n", count: count) }
        let own = declaration.split(separator: "\n").count
        let fits = Self.file("struct A {\n\(declaration) {\n\(statements(69 - own))}\n}")
        #expect(Rules.functions(fits) == [])
        let tooLong = Self.file("struct A {\n\(declaration) {\n\(statements(70 - own))}\n}")
        #expect(Rules.functions(tooLong).map(\.line) == [2])
    }

    @Test("A requirement of a protocol has no body, however much follows it")
    func requirements() {
        let text =
            "protocol P {\nfunc f(a: Int) -> Int\n/// g\nfunc g()\n}\nextension P {\n"
            + String(repeating: "// more\n", count: 90) + "}"
        #expect(Rules.functions(Self.file(text)) == [])
    }

    @Test("Marks of unfinished work are found in comments, as words")
    func unfinished() {
        let mark = "TO" + "DO"
        #expect(Rules.unfinished(Self.file("let a = 1  // \(mark): later")).map(\.line) == [1])
        #expect(Rules.unfinished(Self.file("let a = \"\(mark)\"  // \(mark)S")) == [])
    }

    @Test("Only package and internal access")
    func access() {
        #expect(Rules.access(Self.file("public struct A {}")).count == 1)
        #expect(Rules.access(Self.file("@testable import Core")).count == 1)
        #expect(Rules.access(Self.file("package struct A { let open = 1 }")) == [])
    }

    @Test(
        "Package declarations without a doc comment are found",
        arguments: [
            "package struct A {}", "package static func make() {}", "package typealias A = B",
            "// no doc comment\npackage enum A {}", "package mutating func f() {}",
            "@MainActor\npackage final class A {}", "package subscript(a: Int) -> Int { a }",
            "package nonisolated func f() {}", "package class func f() {}",
        ])
    func undocumented(text: String) {
        #expect(Rules.documentation(Self.file(text)).count == 1)
        let documented = "/// What it is.\n" + text.replacing("// no doc comment\n", with: "")
        #expect(Rules.documentation(Self.file(documented)) == [])
    }

    @Test(
        "Declarations that need no doc comment",
        arguments: [
            "struct A {}", "package init(a: Int) {}", "package var description: String { \"\" }",
            "package static func == (a: A, b: A) -> Bool { true }", "import Core",
            "package extension A {}", "package let ageMicroseconds: Int",
            "package static var a: Int {", "let package = Package()",
        ])
    func documentationNotNeeded(text: String) {
        #expect(Rules.documentation(Self.file(text)) == [])
    }

    @Test("What a protocol requires is documented there, and only there")
    func requirementsAreDocumented() {
        let rules = Self.file(
            "protocol P {\n    func f(a: Int)\n    associatedtype T\n}\nfunc g() {}")
        #expect(Rules.requirements(of: [rules]) == ["f", "T"])
        let witness = Self.file("package func f(a: Int) {}")
        #expect(Rules.documentation(witness, required: ["f"]) == [])
        #expect(Rules.documentation(witness, required: ["g"]).count == 1)
        let requirement = Self.file("package protocol P {\n    package func f()\n}")
        #expect(Rules.documentation(requirement, required: ["f"]).map(\.line) == [1, 2])
    }

    @Test(
        "Loose tasks are found",
        arguments: [
            "Task { await f() }", "Task.detached { }", "Task(priority: .high) { }",
            "let t = Task<Void, Never> { }",
        ])
    func looseTasks(text: String) {
        #expect(Rules.looseTasks(Self.file(text)).count == 1)
        #expect(Rules.looseTasks(Self.file("group.addTask { }  // Task {")) == [])
        #expect(Rules.looseTasks(Self.file("return await Task { await f() }.value")) == [])
        #expect(Rules.looseTasks(Self.file("await Task { await f() }.cancel()")).count == 1)
    }

    @Test("An unchecked Sendable needs a comment that names its guard")
    func uncheckedSendable() {
        let bare = "/// A box.\nfinal class A: @unchecked Sendable {}"
        #expect(Rules.uncheckedSendable(Self.file(bare)).map(\.line) == [2])
        let guarded = "/// A box; `lock` guards it.\n" + bare.dropFirst("/// A box.\n".count)
        #expect(Rules.uncheckedSendable(Self.file(guarded)) == [])
    }

    @Test("Sleeping is found")
    func sleeping() {
        #expect(Rules.sleeping(Self.file("try await Task.sleep(for: .seconds(1))")).count == 1)
        #expect(Rules.sleeping(Self.file("usleep(10)")).count == 1)
        #expect(Rules.sleeping(Self.file("func sleep(until: Int)\nself.clock.sleep(1)")) == [])
    }

    @Test("A room's forbidden imports are found")
    func imports() {
        let room = Room("Sources/Wire/AMQP", pure: true, knows: ["Messaging"], mayUse: ["NIOCore"])
        let file = Self.file(
            """
            import Foundation
            import Messaging
            @preconcurrency import Dispatch
            import struct NIOCore.ByteBuffer
            import Core
            package import Metering
            """)
        #expect(room.forbiddenImports(in: file).map(\.line) == [1, 3, 5, 6])
    }

    private static func file(_ text: String) -> SourceFile {
        SourceFile(path: "Sources/Example.swift", text: text)
    }
}
