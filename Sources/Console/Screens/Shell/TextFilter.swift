/// What a person typed to narrow a list: words that all have to occur, or with `!` must not.
///
/// Case is ignored in ASCII letters. `order !dead` keeps what has `order` and has no `dead`.
package struct TextFilter: Equatable, Sendable {
    private struct Word: Equatable, Sendable {
        var bytes: [UInt8]
        var isInverse: Bool
    }

    /// As it was typed.
    package let text: String
    private let words: [Word]

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

    package func matches(_ text: String) -> Bool {
        guard !self.words.isEmpty else { return true }
        var text = text
        return text.withUTF8 { bytes in
            self.words.allSatisfy { Self.contains($0.bytes, in: bytes) != $0.isInverse }
        }
    }

    private static func contains(_ word: [UInt8], in text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard word.count <= text.count else { return false }
        return (0...(text.count - word.count)).contains { start in
            word.indices.allSatisfy { Self.folded(text[start + $0]) == word[$0] }
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
