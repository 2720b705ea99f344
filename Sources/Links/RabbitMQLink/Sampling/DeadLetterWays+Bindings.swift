import Messaging

extension DeadLetterWays.Exchange {
    /// Whether a binding takes a message with that key; nil when that depends on the message.
    func takes(_ binding: Binding, _ key: String?) -> Bool? {
        switch self.type {
        case "fanout": true
        case "direct": key.map { $0 == binding.routingKey }
        case "topic":
            binding.routingKey == "#"
                ? true : key.map { Self.matches(Self.words($0), Self.words(binding.routingKey)) }
        default: nil
        }
    }

    private static func words(_ key: String) -> ArraySlice<Substring> {
        key.isEmpty ? [] : key.split(separator: ".", omittingEmptySubsequences: false)[...]
    }

    /// Whether a key's words are those of a pattern, where `*` is one word and `#` any number.
    private static func matches(
        _ words: ArraySlice<Substring>, _ pattern: ArraySlice<Substring>
    ) -> Bool {
        // What is left of the pattern can begin at each of these words.
        var starts: Set = [words.startIndex]
        for part in pattern {
            if part == "#" {
                starts = Set((starts.min() ?? words.endIndex + 1)..<(words.endIndex + 1))
            } else {
                starts = Set(
                    starts.filter {
                        $0 < words.endIndex && (part == "*" || words[$0] == part)
                    }.map { $0 + 1 })
            }
        }
        return starts.contains(words.endIndex)
    }
}
