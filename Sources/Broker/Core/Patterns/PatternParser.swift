/// Reads a regular expression of PCRE, as RabbitMQ's operators write them.
///
/// Known are alternatives, groups of every kind, repetitions, classes with POSIX names, anchors,
/// looking ahead and behind, and the options `i`, `m`, `s` and `x`. Not known, and so refused, are
/// back-references, conditions, recursion and Unicode properties: the first three cannot be
/// searched for in a time that has a limit.
struct PatternParser {
    struct Malformed: Error, Equatable {}

    struct Options {
        var ignoresCase = false
        /// `^` and `$` match at every line.
        var isByLine = false
        var dotTakesNewline = false
        /// Blanks and comments mean nothing.
        var isSpacedOut = false
    }

    var rest: ArraySlice<Unicode.Scalar>
    var options: Options
    private var depth = 0

    static func parse(
        _ text: String, _ options: Options = Options()
    ) throws(Malformed) -> PatternNode {
        var parser = PatternParser(rest: Array(text.unicodeScalars)[...], options: options)
        let node = try parser.alternatives()
        guard parser.rest.isEmpty else { throw Malformed() }
        return node
    }

    private init(rest: ArraySlice<Unicode.Scalar>, options: Options) {
        self.rest = rest
        self.options = options
    }

    // MARK: Structure

    private mutating func alternatives() throws(Malformed) -> PatternNode {
        self.depth += 1
        defer { self.depth -= 1 }
        guard self.depth <= SearchPattern.depthMax else { throw Malformed() }
        // Options that are set in a group end with it, not with its alternative.
        let outer = self.options
        defer { self.options = outer }
        var choices = [try self.sequence()]
        while self.skip("|") { choices.append(try self.sequence()) }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence() throws(Malformed) -> PatternNode {
        var nodes: [PatternNode] = []
        while let next = self.rest.first, next != "|", next != ")" {
            if self.options.isSpacedOut, self.skipBlank() { continue }
            if self.skip(#"\Q"#) {
                while !self.rest.isEmpty, !self.skip(#"\E"#) {
                    nodes.append(self.literal(self.rest.removeFirst()))
                }
                continue
            }
            guard let atom = try self.atom() else { continue }
            nodes.append(try self.repeated(atom))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func skipBlank() -> Bool {
        guard let next = self.rest.first else { return false }
        if ScalarSet.blanks.contains(next.value) {
            self.rest.removeFirst()
            return true
        }
        guard next == "#" else { return false }
        while let next = self.rest.popFirst(), next != "\n" {}
        return true
    }

    /// - Returns: nil for what only sets options or is a comment.
    private mutating func atom() throws(Malformed) -> PatternNode? {
        let next = self.rest.removeFirst()
        switch next {
        case "(": return try self.group()
        case "[": return .one(try self.scalarClass())
        case ".": return .one(self.options.dotTakesNewline ? .everything : .newline.negated)
        case "^": return .anchor(self.options.isByLine ? .lineStart : .textStart)
        case "$": return .anchor(self.options.isByLine ? .lineEnd : .textEndOrBreak)
        case #"\"#: return try self.escaped()
        case "*", "+", "?": throw Malformed()
        default: return self.literal(next)
        }
    }

    func literal(_ scalar: Unicode.Scalar) -> PatternNode {
        .one(
            ScalarSet(
                ranges: [scalar.value...scalar.value], ignoresCase: self.options.ignoresCase))
    }

    // MARK: Groups

    private mutating func group() throws(Malformed) -> PatternNode? {
        guard self.skip("?") else {
            guard self.rest.first != "*" else { throw Malformed() }
            return try self.rest(ofGroup: { $0 })
        }
        if self.skip("#") {
            while let next = self.rest.popFirst() { if next == ")" { return nil } }
            throw Malformed()
        }
        if self.skip(":") || self.skip("|") { return try self.rest(ofGroup: { $0 }) }
        if self.skip(">") { return try self.rest(ofGroup: { .atomic($0) }) }
        for (mark, isAhead, isNegated) in [
            ("=", true, false), ("!", true, true), ("<=", false, false), ("<!", false, true),
        ] where self.skip(mark) {
            return try self.rest(ofGroup: {
                .look($0, isAhead: isAhead, isNegated: isNegated)
            })
        }
        for (mark, end) in [("P<", ">"), ("<", ">"), ("'", "'")] where self.skip(mark) {
            try self.skipName(until: end)
            return try self.rest(ofGroup: { $0 })
        }
        return try self.groupWithOptions()
    }

    private mutating func rest(
        ofGroup make: (PatternNode) -> PatternNode
    ) throws(Malformed) -> PatternNode {
        let inner = try self.alternatives()
        guard self.skip(")") else { throw Malformed() }
        return make(inner)
    }

    private mutating func skipName(until end: String) throws(Malformed) {
        var count = 0
        while let next = self.rest.first, ScalarSet.word.contains(next.value) {
            self.rest.removeFirst()
            count += 1
        }
        guard count > 0, self.skip(end) else { throw Malformed() }
    }

    /// `(?i)` holds to the end of the group around it, `(?i:…)` within itself.
    private mutating func groupWithOptions() throws(Malformed) -> PatternNode? {
        var options = self.options
        var isOn = true
        while let next = self.rest.popFirst() {
            switch next {
            case "-": isOn = false
            case "i": options.ignoresCase = isOn
            case "m": options.isByLine = isOn
            case "s": options.dotTakesNewline = isOn
            case "x": options.isSpacedOut = isOn
            case ")":
                self.options = options
                return nil
            case ":":
                let outer = self.options
                self.options = options
                let node = try self.rest(ofGroup: { $0 })
                self.options = outer
                return node
            default: throw Malformed()
            }
        }
        throw Malformed()
    }

    // MARK: Repetitions

    private mutating func repeated(_ atom: PatternNode) throws(Malformed) -> PatternNode {
        if self.options.isSpacedOut { while self.skipBlank() {} }
        let bounds: (min: Int, max: Int?)
        if self.skip("*") {
            bounds = (0, nil)
        } else if self.skip("+") {
            bounds = (1, nil)
        } else if self.skip("?") {
            bounds = (0, 1)
        } else if let counted = self.counted() {
            bounds = counted
        } else {
            return atom
        }
        guard bounds.min <= bounds.max ?? .max else { throw Malformed() }
        let greed: PatternNode.Greed =
            self.skip("?") ? .lazy : self.skip("+") ? .possessive : .greedy
        if let next = self.rest.first, ["*", "+", "?"].contains(next) { throw Malformed() }
        return .repetition(atom, min: bounds.min, max: bounds.max, greed)
    }

    /// `{2}`, `{2,}` or `{2,5}`; what only looks like it is text.
    private mutating func counted() -> (min: Int, max: Int?)? {
        let before = self.rest
        guard self.skip("{"), let min = self.number() else {
            self.rest = before
            return nil
        }
        var max: Int? = min
        if self.skip(",") { max = self.number() }
        guard self.skip("}") else {
            self.rest = before
            return nil
        }
        return (min, max)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let next = self.rest.first, ScalarSet.digits.contains(next.value) {
            self.rest.removeFirst()
            // More than any program holds, however long the number is.
            value = Swift.min((value ?? 0) * 10 + Int(next.value - 48), 1_000_000)
        }
        return value
    }

    /// Takes a text off the rest if it begins with it.
    mutating func skip(_ text: String) -> Bool {
        guard self.rest.starts(with: text.unicodeScalars) else { return false }
        self.rest.removeFirst(text.unicodeScalars.count)
        return true
    }
}
