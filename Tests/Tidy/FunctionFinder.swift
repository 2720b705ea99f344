/// Finds the functions of a file and the lines they take.
struct FunctionFinder {
    struct Function: Equatable {
        /// Index of the line with `func`, `init`, `subscript`, `deinit` or a computed `var`.
        let firstLine: Int
        /// Index of the line with the closing brace.
        let lastLine: Int
    }

    private(set) var functions: [Function] = []

    private let code: [Substring]

    init(_ file: SourceFile) {
        self.code = file.code
        for index in self.code.indices {
            guard let start = self.declarationStart(index) else { continue }
            if let last = self.closingLine(from: index, column: start) {
                self.functions.append(Function(firstLine: index, lastLine: last))
            }
        }
    }

    /// Where on a line a declaration that may have a body begins.
    private func declarationStart(_ index: Int) -> String.Index? {
        let line = self.code[index]
        guard ["func ", "init", "subscript", "var "].contains(where: line.holds) else { return nil }
        let declaration =
            /(?:^|\s)(?:func\s+\S|init[?!]?[(<]|deinit\b|subscript[(<]|var\s+\w+\s*:[^=]*\{)/
        guard let match = line.firstMatch(of: declaration) else { return nil }
        // A call such as `self.init(` or `.init(` has no blank before it and is never matched.
        return match.range.lowerBound
    }

    /// The line of the brace that ends the body; nil for a requirement, which has none.
    private func closingLine(from first: Int, column: String.Index) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in first..<self.code.count {
            let line = self.code[index]
            if index > first, parentheses == 0, braces == 0, Self.beginsSomethingElse(line) {
                return nil
            }
            for character in index == first ? line[column...] : line {
                switch character {
                case "(": parentheses += 1
                case ")": parentheses -= 1
                case "{" where braces > 0 || parentheses == 0: braces += 1
                case "}" where braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                case "}" where parentheses == 0: return nil
                default: continue
                }
            }
        }
        return nil
    }

    /// Whether a line starts a new declaration or statement, so that no body came before it.
    private static func beginsSomethingElse(_ line: Substring) -> Bool {
        let words: Set<Substring> = [
            "func", "init", "var", "let", "case", "package", "private", "static", "mutating",
            "struct", "enum", "class", "actor", "extension", "protocol", "typealias",
            "associatedtype", "subscript", "return", "if", "for", "while", "guard", "switch",
        ]
        let first = line.drop { $0 == " " }.prefix { $0.isLetter }
        return words.contains(first) || line.trimmed.hasPrefix("@")
    }
}
