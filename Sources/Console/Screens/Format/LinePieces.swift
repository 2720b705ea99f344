import Canvas

/// One piece of a line that is kept or left out as a whole.
struct LinePiece {
    /// Runs of text with their styles.
    var runs: [(text: String, style: Style)]
    /// When not all fit, those with the highest number are left out first.
    var rank: Int

    init(_ text: String, _ style: Style = .plain, rank: Int) {
        self.runs = [(text, style)]
        self.rank = rank
    }

    init(runs: [(text: String, style: Style)], rank: Int) {
        self.runs = runs
        self.rank = rank
    }

    var columns: Int { self.runs.reduce(0) { $0 + TextWidth.columns(of: $1.text) } }
}

/// Pieces in a row with a gap between two of them.
struct LinePieces {
    private(set) var pieces: [LinePiece]
    let gap: Int

    init(_ pieces: [LinePiece], gap: Int = 2) {
        self.pieces = pieces.filter { $0.columns > 0 }
        self.gap = gap
    }

    var columns: Int {
        self.pieces.reduce(0) { $0 + $1.columns } + self.gap * max(0, self.pieces.count - 1)
    }

    /// Leaves pieces out until at most so many columns are used.
    mutating func fit(into columns: Int) {
        while self.columns > columns, let place = self.leastNeeded {
            self.pieces.remove(at: place)
        }
    }

    /// Leaves pieces out of one of two lines until both fit beside each other.
    static func fit(_ left: inout Self, _ right: inout Self, into columns: Int, gap: Int) {
        while left.columns + gap + right.columns > columns {
            let leftPlace = left.leastNeeded
            let rightPlace = right.leastNeeded
            let leftRank = leftPlace.map { left.pieces[$0].rank } ?? -1
            let rightRank = rightPlace.map { right.pieces[$0].rank } ?? -1
            if let leftPlace, leftRank > rightRank {
                left.pieces.remove(at: leftPlace)
            } else if let rightPlace {
                right.pieces.remove(at: rightPlace)
            } else {
                return
            }
        }
    }

    func draw(into canvas: inout Canvas, row: Int, column: Int) {
        var column = column
        for piece in self.pieces {
            for run in piece.runs {
                column += canvas.put(run.text, row: row, column: column, style: run.style)
            }
            column += self.gap
        }
    }

    private var leastNeeded: Int? {
        self.pieces.indices.max { self.pieces[$0].rank < self.pieces[$1].rank }
    }
}
