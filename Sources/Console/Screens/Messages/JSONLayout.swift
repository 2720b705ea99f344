/// Lays JSON out for reading: one member a line, two spaces a level, every token as it was sent but
/// for letters that were escaped.
///
/// ```
///             value                 value
///   expects ─────────▶ value done ◀─────── colon seen
///    value      {        │  ,  │ ,           ▲
///      ▲ └────────▶ key ◀┘     └─▶ value     │ :
///      [            └──── string ────▶ key done
/// ```
package struct JSONLayout {
    /// Levels within one another; deeper text is shown as it is.
    package static let depthMax = 64

    /// The lines of a JSON object or array, or nil when the bytes are none.
    ///
    /// - Parameter isCut: The bytes are only the beginning; then the lines end where they do.
    /// - Complexity: O(*n*).
    package static func lines(of bytes: [UInt8], isCut: Bool) -> [String]? {
        var layout = JSONLayout()
        return layout.run(JSONTokens(bytes), isCut: isCut) ? layout.lines : nil
    }

    private enum Expected {
        case value, valueOrEnd, key, keyOrEnd, colon, commaOrEnd, nothing
    }

    private enum Container {
        case object, array
    }

    private enum Step {
        case go, finished, refused
    }

    private var lines: [String] = []
    private var line = ""
    private var containers: [Container] = []
    private var expected = Expected.value

    private mutating func run(_ tokens: JSONTokens, isCut: Bool) -> Bool {
        var tokens = tokens
        while true {
            let token = tokens.next()
            // A bare number or string is text, and better shown as such.
            if self.containers.isEmpty, self.expected == .value {
                guard token == .beginObject || token == .beginArray else { return false }
            }
            if token == .cut || token == .end, self.expected != .nothing {
                guard isCut else { return false }
                self.lines.append(self.line)
                return true
            }
            switch self.take(token, tokens) {
            case .go: continue
            case .finished: return true
            case .refused: return false
            }
        }
    }

    private mutating func take(_ token: JSONTokens.Token, _ tokens: JSONTokens) -> Step {
        switch (token, self.expected) {
        case (.beginObject, .value), (.beginObject, .valueOrEnd):
            return self.begin(.object, "{", expecting: .keyOrEnd)
        case (.beginArray, .value), (.beginArray, .valueOrEnd):
            return self.begin(.array, "[", expecting: .valueOrEnd)
        case (.endObject, .keyOrEnd): return self.end("}", isEmpty: true)
        case (.endArray, .valueOrEnd): return self.end("]", isEmpty: true)
        case (.endObject, .commaOrEnd) where self.containers.last == .object:
            return self.end("}", isEmpty: false)
        case (.endArray, .commaOrEnd) where self.containers.last == .array:
            return self.end("]", isEmpty: false)
        case (.string(let range), .key), (.string(let range), .keyOrEnd):
            if self.expected == .keyOrEnd { self.breakLine() }
            self.line += JSONEscapes.readable(tokens.text(range))
            self.expected = .colon
        case (.colon, .colon):
            self.line += ": "
            self.expected = .value
        case (.string(let range), .value), (.string(let range), .valueOrEnd):
            self.value(JSONEscapes.readable(tokens.text(range)))
        case (.literal(let range), .value), (.literal(let range), .valueOrEnd):
            self.value(tokens.text(range))
        case (.comma, .commaOrEnd):
            self.line += ","
            self.breakLine()
            self.expected = self.containers.last == .object ? .key : .value
        case (.end, .nothing):
            self.lines.append(self.line)
            return .finished
        default:
            return .refused  // Of all pairs of tokens and states, only those above are JSON.
        }
        return .go
    }

    private mutating func value(_ text: String) {
        if self.expected == .valueOrEnd { self.breakLine() }
        self.line += text
        self.expected = .commaOrEnd
    }

    private mutating func begin(
        _ container: Container, _ bracket: String, expecting expected: Expected
    ) -> Step {
        guard self.containers.count < Self.depthMax else { return .refused }
        if self.expected == .valueOrEnd { self.breakLine() }
        self.line += bracket
        self.containers.append(container)
        self.expected = expected
        return .go
    }

    private mutating func end(_ bracket: String, isEmpty: Bool) -> Step {
        self.containers.removeLast()
        if !isEmpty { self.breakLine() }
        self.line += bracket
        self.expected = self.containers.isEmpty ? .nothing : .commaOrEnd
        return .go
    }

    private mutating func breakLine() {
        self.lines.append(self.line)
        self.line = String(repeating: "  ", count: self.containers.count)
    }
}
