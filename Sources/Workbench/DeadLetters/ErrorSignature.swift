/// Puts an error text into general terms, so that the same fault makes the same group.
///
/// What differs from message to message is masked: numbers as `<n>`, identifiers as `<id>`, hosts
/// as `<host>`. Words are kept, and so are short mixed ones such as `v1` or `sha256`.
package enum ErrorSignature {
    /// The text with its variable parts masked.
    ///
    /// - Complexity: O(*n*) in the text.
    package static func masking(_ text: String) -> String {
        var result = ""
        var word: [UInt8] = []
        for byte in text.utf8 {
            if Self.endsWord(byte) {
                result += Self.masked(word[...])
                word.removeAll(keepingCapacity: true)
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                word.append(byte)
            }
        }
        return result + Self.masked(word[...])
    }

    /// Punctuation that neither numbers, identifiers nor hosts contain. All of it is ASCII, so that
    /// cutting there never splits a character.
    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="),
            UInt8(ascii: ";"), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "|"):
            true
        default: false
        }
    }

    private static func masked(_ word: ArraySlice<UInt8>) -> String {
        let core = word.trimming(Word.isSentencePunctuation)
        guard !core.isEmpty else { return String(decoding: word, as: UTF8.self) }
        let before = String(decoding: word[..<core.startIndex], as: UTF8.self)
        let after = String(decoding: word[core.endIndex...], as: UTF8.self)
        return before + Self.maskedCore(core) + after
    }

    private static func maskedCore(_ word: ArraySlice<UInt8>) -> String {
        if Word.isUUID(word) { return "<id>" }
        if Word.isHost(word) { return "<host>" }
        if Word.isNumber(word) { return "<n>" }
        if Word.isIdentifier(word) { return "<id>" }
        // Compounds such as `order-4821` or `code:500` keep their words.
        guard let joint = word.firstIndex(where: Word.isJoint) else {
            return Word.maskingNumberBeforeUnit(word)
        }
        let separator = String(decoding: word[joint...joint], as: UTF8.self)
        return Self.masked(word[..<joint]) + separator + Self.masked(word[(joint + 1)...])
    }
}
