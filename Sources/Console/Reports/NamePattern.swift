/// Which names a report is about.
package struct NamePattern: Sendable {
    private let matches: @Sendable (String) -> Bool

    /// Every name.
    package static let all = NamePattern { _ in true }

    private init(_ matches: @escaping @Sendable (String) -> Bool) { self.matches = matches }

    /// Names that a shell's pattern fits as a whole: `*` is anything, `?` one character, and a
    /// backslash takes the next one as it stands.
    package init(glob: String) {
        let pattern = Array(glob.unicodeScalars)
        self.init { Self.fits(Array($0.unicodeScalars), pattern) }
    }

    /// Names in which a regular expression is found; nil when it is none.
    package init?(expression: String) {
        guard (try? Regex(expression)) != nil else { return nil }
        self.init { name in
            // Made anew each time: a compiled one may not cross tasks.
            guard let compiled = try? Regex(expression) else { return false }
            return name.firstMatch(of: compiled) != nil
        }
    }

    /// Whether a name is one of them.
    package func includes(_ name: String) -> Bool { self.matches(name) }

    /// Goes back to the last star only, so the time is bounded by the product of the lengths.
    private static func fits(_ name: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        var (at, next) = (0, 0)
        var star: (at: Int, next: Int)?
        while at < name.count {
            if next < pattern.count, pattern[next] == "*" {
                star = (at, next)
                next += 1
                continue
            }
            let isEscape = next + 1 < pattern.count && pattern[next] == "\\"
            let literal = isEscape ? next + 1 : next
            if literal < pattern.count,
                pattern[literal] == name[at] || (!isEscape && pattern[literal] == "?")
            {
                at += 1
                next = literal + 1
            } else if let last = star {
                star = (last.at + 1, last.next)
                (at, next) = (last.at + 1, last.next + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
