/// Words from elsewhere as sentences of our own.
enum Sentence {
    /// With its stop at the end, also where a broker's text has none.
    static func ended(_ text: String) -> String {
        guard let last = text.last, !".!?".contains(last) else { return text }
        return text + "."
    }
}
