/// Looks into JSON that ``JSONWriter`` wrote, without making values of it.
///
/// So it is known to be valid and to have no blanks.
struct JSONText {
    /// What a list is sorted by, in the order of Erlang's terms: numbers, words, texts.
    enum SortKey: Comparable {
        case missing
        case number(Double)
        case word(String)
        case text(String)
    }

    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// The value at a path of names, such as `message_stats`, `publish`.
    func sortKey(at path: [String]) -> SortKey {
        guard let range = self.range(at: path[...], from: self.bytes.startIndex) else {
            return .missing
        }
        let text = String(decoding: self.bytes[range], as: UTF8.self)
        if let number = Double(text) { return .number(number) }
        return text.hasPrefix("\"") ? .text(text) : .word(text)
    }

    private func range(at path: ArraySlice<String>, from start: Int) -> Range<Int>? {
        guard let name = path.first else { return start..<self.end(of: start) }
        var found: Range<Int>?
        self.eachField(of: start) { key, value in
            guard self.bytes[key].elementsEqual(name.utf8) else { return true }
            found = self.range(at: path.dropFirst(), from: value.lowerBound)
            return false
        }
        return found
    }

    /// Visits the fields of the object that begins there, until `visit` says no; none of anything
    /// else.
    ///
    /// - Parameter visit: Gets where the name stands, without its quotes, and the value.
    func eachField(of start: Int, _ visit: (Range<Int>, Range<Int>) -> Bool) {
        guard self.bytes[start] == UInt8(ascii: "{") else { return }
        var place = start + 1
        while self.bytes[place] == UInt8(ascii: "\"") {
            let key = place + 1..<self.end(of: place) - 1
            let value = key.upperBound + 2..<self.end(of: key.upperBound + 2)
            guard visit(key, value) else { return }
            place = value.upperBound
            guard self.bytes[place] == UInt8(ascii: ",") else { return }
            place += 1
        }
    }

    /// Behind the value that begins there.
    private func end(of start: Int) -> Int {
        var (place, depth, isInString) = (start, 0, false)
        while place < self.bytes.endIndex {
            let byte = self.bytes[place]
            if isInString {
                if byte == UInt8(ascii: "\\") { place += 1 }
                if byte == UInt8(ascii: "\"") {
                    isInString = false
                    if depth == 0 { return place + 1 }
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return place }
                    depth -= 1
                    if depth == 0 { return place + 1 }
                case UInt8(ascii: ","): if depth == 0 { return place }
                default: break
                }
            }
            place += 1
        }
        return place
    }
}
