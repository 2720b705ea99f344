extension Rules {
    /// Every type and function that other rooms see says in a doc comment what it is.
    ///
    /// Free of it are properties, whose name and unit may say all, initialisers that set them, and
    /// what the standard library prescribes.
    static func documentation(_ file: SourceFile) -> [Complaint] {
        file.code.enumerated().compactMap { index, line in
            guard let name = self.declaredName(line), !self.prescribed.contains(name) else {
                return nil
            }
            guard !file.commentAbove(index).hasPrefix("///") else { return nil }
            return Complaint(file, lineIndex: index, "`\(name)` has no doc comment")
        }
    }

    /// Names whose meaning a protocol of the standard library fixes.
    private static let prescribed: Set<String> = [
        "init", "description", "debugDescription", "hash", "rawValue", "id", "next", "encode",
        "makeAsyncIterator", "makeIterator", "isolated", "unownedExecutor", "enqueue",
        "==", "<", "+", "-", "+=", "-=",
    ]

    /// The name that a line declares with `package`, if it does.
    private static func declaredName(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let access = words.firstIndex(of: "package") else { return nil }
        let kinds: Set<Substring> = [
            "actor", "class", "enum", "func", "protocol", "struct", "typealias",
        ]
        for (index, word) in words.enumerated().dropFirst(access + 1) {
            if word.hasPrefix("init") { return "init" }
            if word.hasPrefix("subscript") { return "subscript" }
            // `class func` declares what follows.
            guard kinds.contains(word), index + 1 < words.count else { continue }
            let rest = words[index + 1]
            if word == "class", kinds.contains(rest) { continue }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "`" }
            return name.isEmpty ? String(rest.prefix { $0 != "(" }) : String(name)
        }
        return nil
    }
}
