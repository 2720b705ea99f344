/// A regular expression as steps that a search follows.
///
///     a*b    0: split 1 3   1: one a   2: jump 0   3: one b   4: accept
struct PatternProgram {
    enum Step: Equatable {
        case one(ScalarSet)
        case anchor(PatternNode.Anchor)
        case jump(Int)
        /// Goes on at the first, and at the second where that leads nowhere.
        case split(Int, Int)
        /// What it looks for begins behind it and ends before `next`.
        case look(next: Int, isAhead: Bool, isNegated: Bool)
        case atomic(next: Int)
        case accept
    }

    private(set) var steps: [Step] = []

    /// - Throws: When it would have too many steps.
    init(_ node: PatternNode) throws(PatternParser.Malformed) {
        try self.add(node)
        try self.append(.accept)
    }

    func isFound(in text: String) -> Bool {
        var search = PatternSearch(self, in: text)
        return search.isFound()
    }

    private mutating func append(_ step: Step) throws(PatternParser.Malformed) {
        guard self.steps.count < SearchPattern.stepsMax else { throw PatternParser.Malformed() }
        self.steps.append(step)
    }

    private mutating func add(_ node: PatternNode) throws(PatternParser.Malformed) {
        switch node {
        case .one(let set): try self.append(.one(set))
        case .anchor(let anchor): try self.append(.anchor(anchor))
        case .sequence(let nodes): for each in nodes { try self.add(each) }
        case .choice(let nodes): try self.addChoice(nodes)
        case .repetition(let inner, let min, let max, .possessive):
            try self.add(.atomic(.repetition(inner, min: min, max: max, .greedy)))
        case .repetition(let inner, let min, let max, let greed):
            for _ in 0..<min { try self.add(inner) }
            try self.addRest(inner, max.map { $0 - min }, isLazy: greed == .lazy)
        case .look(let inner, let isAhead, let isNegated):
            let start = self.steps.count
            try self.addInner(inner)
            self.steps[start] = .look(
                next: self.steps.count, isAhead: isAhead, isNegated: isNegated)
        case .atomic(let inner):
            let start = self.steps.count
            try self.addInner(inner)
            self.steps[start] = .atomic(next: self.steps.count)
        }
    }

    /// A program within the program, behind the place of the step that runs it.
    private mutating func addInner(_ node: PatternNode) throws(PatternParser.Malformed) {
        try self.append(.accept)
        try self.add(node)
        try self.append(.accept)
    }

    private mutating func addChoice(_ nodes: [PatternNode]) throws(PatternParser.Malformed) {
        var jumps: [Int] = []
        for (number, node) in nodes.enumerated() {
            guard number + 1 < nodes.count else {
                try self.add(node)
                break
            }
            let split = self.steps.count
            try self.append(.accept)
            try self.add(node)
            jumps.append(self.steps.count)
            try self.append(.accept)
            self.steps[split] = .split(split + 1, self.steps.count)
        }
        for jump in jumps { self.steps[jump] = .jump(self.steps.count) }
    }

    /// What may be repeated once more, so many times or without end.
    private mutating func addRest(
        _ node: PatternNode, _ count: Int?, isLazy: Bool
    ) throws(PatternParser.Malformed) {
        var splits: [Int] = []
        for _ in 0..<(count ?? 1) {
            splits.append(self.steps.count)
            try self.append(.accept)
            try self.add(node)
        }
        if count == nil { try self.append(.jump(splits[0])) }
        for split in splits {
            self.steps[split] =
                isLazy ? .split(self.steps.count, split + 1) : .split(split + 1, self.steps.count)
        }
    }
}
