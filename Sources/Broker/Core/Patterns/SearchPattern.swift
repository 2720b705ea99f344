/// A regular expression that is searched for anywhere in a text.
///
/// The same as those of policies and permissions; see ``PatternParser`` for what is known.
package struct SearchPattern: Sendable {
    /// Groups within one another, as PCRE limits them.
    package static let depthMax = 250
    /// Steps of one program: a repetition of a repetition may ask for millions.
    package static let stepsMax = 20_000

    private let program: PatternProgram

    /// - Returns: nil for what is no regular expression, or too large a one.
    package init?(_ text: String, ignoresCase: Bool) {
        var options = PatternParser.Options()
        options.ignoresCase = ignoresCase
        guard let node = try? PatternParser.parse(text, options),
            let program = try? PatternProgram(node)
        else { return nil }
        self.program = program
    }

    /// Whether it is found.
    ///
    /// - Complexity: O(steps × letters), and never more than ``PatternSearch/movesMax``.
    package func isFound(in text: String) -> Bool { self.program.isFound(in: text) }
}
