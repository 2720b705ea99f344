import Testing

/// What a machine can enforce of the project's style, held against the project's own files.
@Suite("Tidy")
struct TidyTests {
    @Test("Every file keeps its size, its lines, its functions and its access levels")
    func everywhere() {
        Self.expectNone(Project.swiftFiles.flatMap(Rules.everywhere))
    }

    @Test("Sources are documented, start no loose task and name the guard of what is unchecked")
    func sources() {
        let files = Project.swiftFiles.filter { !$0.path.hasPrefix("Tests/") }
        let required = Rules.requirements(of: files)
        for file in files {
            Self.expectNone(Rules.documentation(file, required: required))
            Self.expectNone(Rules.looseTasks(file))
            Self.expectNone(Rules.uncheckedSendable(file))
        }
    }

    @Test("No test sleeps")
    func sleeping() {
        let files = Project.swiftFiles.filter { $0.path.hasPrefix("Tests/") }
        Self.expectNone(files.flatMap(Rules.sleeping))
    }

    @Test("A room imports only what it may know", arguments: House.rooms)
    func imports(room: Room) {
        let files = Project.swiftFiles.filter { House.room(of: $0.path)?.path == room.path }
        Self.expectNone(files.flatMap(room.forbiddenImports))
    }

    @Test("Every Swift file below Sources stands in a room of the plan")
    func plan() {
        let strays = Project.swiftFiles.filter {
            $0.path.hasPrefix("Sources/") && House.room(of: $0.path) == nil
        }
        #expect(strays.map(\.path) == [])
    }

    @Test("A room of the plan knows only rooms that stand before it")
    func order() {
        var before: Set<String> = []
        for room in House.rooms {
            #expect(room.knows.isSubset(of: before), "\(room) knows a room above it")
            before.insert(room.name)
        }
    }

    @Test("The top level holds what the plan names, and nothing else")
    func topLevel() throws {
        // The resolved versions are written by the build and stay out of commits.
        let planned = ["Package.swift", "README.md", "Sources", "Tests", "Themes"]
        let found = Set(try Project.topLevel()).subtracting(["Package.resolved"])
        #expect(found == Set(planned))
    }

    @Test("The files are really found")
    func files() {
        #expect(Project.swiftFiles.contains { $0.path == "Tests/Tidy/TidyTests.swift" })
        #expect(Project.swiftFiles.contains { $0.path == "Sources/Wire/Messaging/Names.swift" })
    }

    private static func expectNone(
        _ complaints: [Complaint], at location: SourceLocation = #_sourceLocation
    ) {
        for complaint in complaints { Issue.record("\(complaint)", sourceLocation: location) }
    }
}
