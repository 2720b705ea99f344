import Foundation

/// The checked-out package that these tests were built from.
enum Project {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file below `Sources/`, `Tests/` and `Themes/`, by path.
    static let swiftFiles: [SourceFile] = ["Sources", "Tests", "Themes"].flatMap { folder in
        let below = FileManager.default.enumerator(atPath: Self.root.appending(path: folder).path)
        let paths = (below?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".swift") }
        return paths.sorted().compactMap { Self.file("\(folder)/\($0)") }
    }

    /// What stands at the top level and is not hidden.
    static func topLevel() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
            .filter { !$0.hasPrefix(".") }
    }

    private static func file(_ path: String) -> SourceFile? {
        let url = Self.root.appending(path: path)
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
        return SourceFile(path: path, text: text)
    }
}
