/// A first word that is neither an option nor a command.
struct MistypedCommand {
    private let word: String
    private let known: [String]

    /// Changes that a word may be away from the one that was meant.
    private static let distanceMax = 2

    /// - Returns: nil when the first word is an option or a command, or there is none.
    init?(_ words: [String], known: [String]) {
        guard let word = words.first, !word.hasPrefix("-"), !known.contains(word) else {
            return nil
        }
        self.word = word
        self.known = known
    }

    var sentence: String {
        let advice =
            self.nearest.map { "did you mean '\($0)'?" } ?? "'queuetop --help' lists them."
        return "There is no command '\(self.word)': \(advice)"
    }

    /// The command that was most likely meant.
    private var nearest: String? {
        let near = self.known.map { (name: $0, distance: Self.distance(self.word, $0)) }
            .filter { $0.distance <= min(Self.distanceMax, self.word.count - 1) }
            .min { $0.distance < $1.distance }
        guard near == nil, self.word.count > 1 else { return near?.name }
        return self.known.first { $0.hasPrefix(self.word) }
    }

    /// How many characters have to be put in, left out, replaced, or swapped with their neighbour
    /// (Damerau, 1964; no part is changed twice).
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var next = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var least = min(
                    last[column] + (isSame ? 0 : 1), last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    least = min(least, before[column - 1] + 1)
                }
                next.append(least)
            }
            (before, last) = (last, next)
        }
        return last[right.count]
    }
}
