/// Text made ready for a ``TextFilter`` that will look at it more than once.
package struct SearchText: Equatable, Sendable {
    /// Parts with line ends between them, in lower case as far as they are ASCII letters.
    fileprivate private(set) var bytes: [UInt8] = []

    package init() {}

    /// Adds a part; no word is found across two of them.
    package mutating func add(_ part: String) { self.add(part.utf8) }

    /// Adds a part that is text or something else.
    package mutating func add(_ part: some Sequence<UInt8>) {
        if !self.bytes.isEmpty { self.bytes.append(UInt8(ascii: "\n")) }
        self.bytes += part.lazy.map(TextFilter.folded)
    }
}

extension TextFilter {
    /// Whether the filter lets a text through.
    ///
    /// - Complexity: O(*n*) in the text for each word.
    package func matches(_ text: SearchText) -> Bool {
        text.bytes.withUnsafeBufferPointer { bytes in
            self.words.allSatisfy { Self.contains($0.bytes, in: bytes) != $0.isInverse }
        }
    }

    /// Finds a word in text that is folded like it.
    ///
    /// A plain loop over the first byte: this runs over megabytes between a key and its screen.
    private static func contains(_ word: [UInt8], in text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = word.first, word.count <= text.count else { return false }
        let lastStart = text.count - word.count
        var start = 0
        while start <= lastStart {
            if text[start] == first {
                var length = 1
                while length < word.count, text[start &+ length] == word[length] { length &+= 1 }
                if length == word.count { return true }
            }
            start &+= 1
        }
        return false
    }
}
