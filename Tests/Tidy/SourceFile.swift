import Foundation

/// One Swift file, and its text taken apart into code, comments and literals.
struct SourceFile: Sendable {
    /// The path below the package's root, such as `Sources/Wire/Messaging/Names.swift`.
    let path: String
    let lines: [Substring]
    /// The lines with comments and the insides of literals blanked out: what the compiler acts on.
    let code: [Substring]
    /// The lines with everything but comments blanked out.
    let comments: [Substring]
    /// Indices of lines that begin inside a multi-line string literal.
    let linesInsideLiteral: Set<Int>

    init(path: String, text: String) {
        var scanner = SwiftScanner(text)
        scanner.scan()
        self.path = path
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        self.code = scanner.code.split(separator: "\n", omittingEmptySubsequences: false)
        self.comments = scanner.comments.split(separator: "\n", omittingEmptySubsequences: false)
        self.linesInsideLiteral = scanner.linesInsideLiteral
    }

    /// A module that the file imports, and where.
    struct Import: Equatable {
        let lineIndex: Int
        let module: String
    }

    var imports: [Import] {
        self.code.enumerated().compactMap { index, line in
            guard line.holds("import "),
                let match = line.firstMatch(of: /^\s*(?:@\w+\s+|package\s+)*import\s+(.+)$/)
            else { return nil }
            // `import struct Module.Type` names the module second.
            let words = match.1.split(separator: " ")
            let name = (words.count > 1 ? words[1] : words[0]).split(separator: ".")[0]
            return Import(lineIndex: index, module: String(name))
        }
    }
}

/// Something in a file that a rule does not allow.
struct Complaint: Equatable, CustomStringConvertible {
    let path: String
    /// Counted from 1.
    let line: Int
    let text: String

    init(_ file: SourceFile, lineIndex: Int, _ text: String) {
        self.path = file.path
        self.line = lineIndex + 1
        self.text = text
    }

    var description: String { "\(self.path):\(self.line): \(self.text)" }
}
