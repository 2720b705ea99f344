/// What a person typed to narrow a list: words that all have to occur, or with `!` must not.
///
/// Case is ignored in ASCII letters. `order !dead` keeps what has `order` and has no `dead`.
package struct TextFilter: Equatable, Sendable {
    struct Word: Equatable, Sendable {
        var bytes: [UInt8]
        var isInverse: Bool
    }

    /// As it was typed.
    package let text: String
    let words: [Word]

    package init(_ text: String = "") {
        self.text = text
        self.words = text.split(separator: " ").compactMap { part in
            let isInverse = part.first == "!"
            let bytes = (isInverse ? part.dropFirst() : part).utf8.map(Self.folded)
            return bytes.isEmpty ? nil : Word(bytes: bytes, isInverse: isInverse)
        }
    }

    /// Whether it lets everything through.
    package var isEmpty: Bool { self.words.isEmpty }

    /// Whether the filter lets a text through that is looked at only once.
    package func matches(_ text: String) -> Bool {
        guard !self.words.isEmpty else { return true }
        var searched = SearchText()
        searched.add(text)
        return self.matches(searched)
    }

    /// ASCII letters in lower case.
    static func folded(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
