/// How well a few typed letters fit a title: they have to occur in it in their order.
enum FuzzyMatch {
    /// A score that is higher the better it fits, or nil when it does not.
    ///
    /// The letters as they stand count most, then such as begin a word or follow one another.
    static func score(_ typed: String, in title: String) -> Int? {
        let letters = Array(typed.lowercased().filter { $0 != " " })
        let text = Array(title.lowercased())
        var score = title.lowercased().contains(typed.lowercased()) ? 100 : 0
        var place = 0
        var lastMatch = -2
        for letter in letters {
            guard let match = text[place...].firstIndex(of: letter) else { return nil }
            let beginsWord = match == 0 || !(text[match - 1].isLetter || text[match - 1].isNumber)
            score += beginsWord ? 8 : 0
            score += match == lastMatch + 1 ? 5 : 0
            score -= min(3, match - place)
            lastMatch = match
            place = match + 1
        }
        return score
    }
}
