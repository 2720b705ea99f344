import CNcurses
import Canvas

/// The pairs of colours that ncurses knows by number, made as they are needed.
@MainActor
struct ColourPairs {
    private struct Pair: Hashable {
        let foreground: Int32
        let background: Int32
    }

    private var numbers: [Pair: Int32] = [:]
    private let pairsMax: Int32

    /// - Parameter pairsMax: How many the terminal allows, number 0 included; with 8 colours often
    ///   just 64.
    init(pairsMax: Int32) { self.pairsMax = pairsMax }

    /// The number of a pair; 0, the terminal's own colours, when there is no room for another one.
    mutating func number(foreground: TerminalColour, background: TerminalColour) -> Int32 {
        let pair = Pair(foreground: foreground.number, background: background.number)
        if pair == Pair(foreground: -1, background: -1) { return 0 }
        if let number = self.numbers[pair] { return number }
        let number = Int32(self.numbers.count + 1)
        guard number < self.pairsMax,
            init_extended_pair(number, pair.foreground, pair.background) == OK
        else { return 0 }
        self.numbers[pair] = number
        return number
    }
}

extension TerminalColour {
    /// The number that ncurses has for it.
    fileprivate var number: Int32 {
        switch self {
        case .standard: -1
        case .indexed(let index): Int32(index)
        case .direct(let colour):
            // Such terminals take 0...7 for the ANSI colours: all of them are as good as black
            // here.
            Int32(colour.red) << 16 | Int32(colour.green) << 8
                | Int32(colour.red | colour.green > 0 ? colour.blue : max(colour.blue, 8))
        }
    }
}
