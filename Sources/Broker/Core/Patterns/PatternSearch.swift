/// One search for a program in a text, in a time that has a limit whatever the two are.
///
/// It tries one way after the other, as PCRE does, but no place in the text twice from the same
/// step: where that led nowhere once it leads nowhere again. So a search takes at most as many
/// moves as there are steps times places, where others double with every letter; looking ahead and
/// behind multiplies that, and is cut off by ``movesMax``.
struct PatternSearch {
    /// Moves of one search before it gives up, which counts as not found.
    static let movesMax = 5_000_000

    private let steps: [PatternProgram.Step]
    private let text: [UInt32]
    private var movesLeft = Self.movesMax

    init(_ program: PatternProgram, in text: String) {
        self.steps = program.steps
        self.text = text.unicodeScalars.map(\.value)
    }

    /// Whether it is found anywhere.
    mutating func isFound() -> Bool {
        var tried = self.nothingTried()
        for start in 0...self.text.count {
            // Most patterns begin with a letter that most places have not.
            if case .one(let set) = self.steps[0],
                start == self.text.count || !set.contains(self.text[start])
            {
                continue
            }
            if self.end(from: 0, at: start, &tried) != nil { return true }
        }
        return false
    }

    /// Steps that were tried, and where in the text.
    private struct Tried {
        private let places: Int
        private var words: [UInt64]
        /// What it costs to begin with nothing tried.
        var moves: Int { self.words.count / 16 }

        init(steps: Int, places: Int) {
            self.places = places
            self.words = Array(repeating: 0, count: (steps * places + 63) / 64)
        }

        /// - Returns: Whether it was not tried before.
        mutating func insert(_ step: Int, _ place: Int) -> Bool {
            let (word, bit) = (step * self.places + place).quotientAndRemainder(dividingBy: 64)
            guard self.words[word] & 1 << UInt64(bit) == 0 else { return false }
            self.words[word] |= 1 << UInt64(bit)
            return true
        }
    }

    private mutating func nothingTried() -> Tried {
        let tried = Tried(steps: self.steps.count, places: self.text.count + 1)
        self.movesLeft -= tried.moves
        return tried
    }

    /// Where the first way through a program ends.
    ///
    /// - Parameter wanted: Where it has to end; anywhere without one.
    private mutating func end(
        from first: Int, at start: Int, wanted: Int? = nil, _ tried: inout Tried
    ) -> Int? {
        var ways: [(step: Int, place: Int)] = []
        var way: (step: Int, place: Int)? = (first, start)
        while var (step, place) = way {
            while tried.insert(step, place), self.movesLeft > 0 {
                self.movesLeft -= 1
                switch self.steps[step] {
                case .accept where wanted ?? place == place: return place
                case .accept: break
                case .jump(let target): step = target
                case .split(let first, let second):
                    ways.append((second, place))
                    step = first
                case .one(let set):
                    guard place < self.text.count, set.contains(self.text[place]) else { break }
                    step += 1
                    place += 1
                case .anchor(let anchor): if self.holds(anchor, at: place) { step += 1 }
                case .look(let next, let isAhead, let isNegated):
                    let isThere = self.sees(step + 1, isAhead, from: place)
                    if isThere != isNegated { step = next }
                case .atomic(let next):
                    var inner = self.nothingTried()
                    guard let end = self.end(from: step + 1, at: place, &inner) else { break }
                    (step, place) = (next, end)
                }
            }
            way = ways.popLast()
        }
        return nil
    }

    private mutating func sees(_ first: Int, _ isAhead: Bool, from place: Int) -> Bool {
        var tried = self.nothingTried()
        guard !isAhead else { return self.end(from: first, at: place, &tried) != nil }
        for start in (0...place).reversed()
        where self.end(from: first, at: start, wanted: place, &tried) != nil {
            return true
        }
        return false
    }

    private func holds(_ anchor: PatternNode.Anchor, at place: Int) -> Bool {
        let count = self.text.count
        return switch anchor {
        case .textStart: place == 0
        case .lineStart: place == 0 || self.text[place - 1] == 10
        case .textEnd: place == count
        case .textEndOrBreak: place == count || place == count - 1 && self.text[place] == 10
        case .lineEnd: place == count || self.text[place] == 10
        case .wordBorder: self.isWord(place - 1) != self.isWord(place)
        case .noWordBorder: self.isWord(place - 1) == self.isWord(place)
        }
    }

    private func isWord(_ place: Int) -> Bool {
        self.text.indices.contains(place) && ScalarSet.word.contains(self.text[place])
    }
}
