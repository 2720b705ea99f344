/// Tells code from comments and literals, as far as the rules need it.
///
/// It knows nested block comments, raw and multi-line strings and interpolations; it does not know
/// regular expression literals, in which a lone quotation mark would mislead it.
struct SwiftScanner {
    /// The text with every byte that is no code replaced by a space; lines stay lines.
    var code: String { String(decoding: self.codeBytes, as: UTF8.self) }
    /// The text with every byte that is no comment replaced by a space.
    var comments: String { String(decoding: self.commentBytes, as: UTF8.self) }
    private(set) var linesInsideLiteral: Set<Int> = []

    private enum Part { case code, comment, literal }

    private let bytes: [UInt8]
    private var codeBytes: [UInt8] = []
    private var commentBytes: [UInt8] = []
    private var position = 0
    private var lineIndex = 0

    init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    mutating func scan() {
        while self.position < self.bytes.count { self.scanToken() }
    }

    private mutating func scanToken() {
        if self.looks(at: "//") {
            while self.position < self.bytes.count, self.bytes[self.position] != Self.lineBreak {
                self.take(1, as: .comment)
            }
        } else if self.looks(at: "/*") {
            self.scanBlockComment()
        } else if let opening = self.literalOpening() {
            self.scanLiteral(hashes: opening.hashes, quotes: opening.quotes)
        } else {
            self.take(1, as: .code)
        }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            if self.looks(at: "/*") {
                depth += 1
                self.take(2, as: .comment)
            } else if self.looks(at: "*/") {
                depth -= 1
                self.take(2, as: .comment)
            } else {
                self.take(1, as: .comment)
            }
        } while depth > 0 && self.position < self.bytes.count
    }

    /// How many `#` and quotation marks open a literal here, if one begins here.
    private func literalOpening() -> (hashes: Int, quotes: Int)? {
        var hashes = 0
        while self.byte(self.position + hashes) == UInt8(ascii: "#") { hashes += 1 }
        guard self.byte(self.position + hashes) == UInt8(ascii: "\"") else { return nil }
        let start = self.position + hashes
        let isTriple = (0..<3).allSatisfy { self.byte(start + $0) == UInt8(ascii: "\"") }
        return (hashes, isTriple ? 3 : 1)
    }

    private mutating func scanLiteral(hashes: Int, quotes: Int) {
        let fence = String(repeating: "#", count: hashes)
        let closing = String(repeating: "\"", count: quotes) + fence
        self.take(hashes + quotes, as: .literal)
        while self.position < self.bytes.count, !self.looks(at: closing) {
            if self.looks(at: "\\\(fence)(") {
                self.take(hashes + 2, as: .literal)
                self.scanInterpolation()
            } else if hashes == 0, self.looks(at: "\\") {
                self.take(2, as: .literal)
            } else {
                self.take(1, as: .literal)
                if self.byte(self.position - 1) == Self.lineBreak {
                    self.linesInsideLiteral.insert(self.lineIndex)
                }
            }
        }
        self.take(quotes + hashes, as: .literal)
    }

    /// The inside of `\( … )` is code, and may hold literals of its own.
    private mutating func scanInterpolation() {
        var depth = 1
        while self.position < self.bytes.count {
            if self.looks(at: "(") { depth += 1 }
            if self.looks(at: ")") { depth -= 1 }
            guard depth > 0 else {
                self.take(1, as: .literal)
                return
            }
            self.scanToken()
        }
    }

    private func byte(_ index: Int) -> UInt8? {
        index < self.bytes.count ? self.bytes[index] : nil
    }

    private func looks(at text: String) -> Bool {
        self.bytes[self.position...].starts(with: text.utf8)
    }

    private mutating func take(_ count: Int, as part: Part) {
        for byte in self.bytes[self.position...].prefix(count) {
            self.position += 1
            if byte == Self.lineBreak { self.lineIndex += 1 }
            let blank = byte == Self.lineBreak ? byte : UInt8(ascii: " ")
            self.codeBytes.append(part == .code ? byte : blank)
            self.commentBytes.append(part == .comment ? byte : blank)
        }
    }

    private static let lineBreak = UInt8(ascii: "\n")
}
