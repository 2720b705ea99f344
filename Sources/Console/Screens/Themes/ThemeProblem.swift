/// A theme file that was left out.
package struct ThemeProblem: Hashable, Sendable {
    /// What the theme would be called.
    package var name: String
    /// Where the file is, what is wrong with it, and what to do.
    package var sentence: String

    package init(name: String, sentence: String) {
        self.name = name
        self.sentence = sentence
    }
}
