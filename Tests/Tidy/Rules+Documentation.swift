extension Rules {
    /// Every type and function that other rooms see says in a doc comment what it is.
    ///
    /// Free of it are properties, whose name and unit may say all, initialisers that set them, and
    /// what a protocol prescribes: there it is documented.
    ///
    /// - Parameter required: What the project's own protocols require.
    static func documentation(_ file: SourceFile, required: Set<String> = []) -> [Complaint] {
        let protocols = self.protocolLines(of: file)
        return file.code.enumerated().compactMap { index, line in
            guard line.holds("package "), let name = self.declaredName(line),
                !self.prescribed.contains(name),
                !required.contains(name) || protocols.contains(index),
                !file.commentAbove(index).hasPrefix("///")
            else { return nil }
            return Complaint(file, lineIndex: index, "`\(name)` has no doc comment")
        }
    }

    /// Names of the functions and types that protocols in these files require.
    static func requirements(of files: [SourceFile]) -> Set<String> {
        var names: Set<String> = []
        for file in files {
            for index in self.protocolLines(of: file) {
                for kind in ["func ", "associatedtype "] {
                    let words = file.code[index].split(separator: " ")
                    guard let place = words.firstIndex(where: { "\($0) " == kind }) else {
                        continue
                    }
                    names.insert(String(words[place + 1].prefix { $0.isLetter || $0.isNumber }))
                }
            }
        }
        return names
    }

    /// Indices of the lines inside protocols.
    private static func protocolLines(of file: SourceFile) -> Set<Int> {
        var lines: Set<Int> = []
        var depth = 0
        for (index, line) in file.code.enumerated() {
            if depth > 0 { lines.insert(index) }
            guard depth > 0 || line.holds("protocol ") else { continue }
            depth += line.utf8.count { $0 == UInt8(ascii: "{") }
            depth -= line.utf8.count { $0 == UInt8(ascii: "}") }
        }
        return lines
    }

    /// Names whose meaning a protocol of the standard library, of swift-nio or of
    /// swift-service-lifecycle fixes.
    private static let prescribed: Set<String> = [
        "init", "description", "debugDescription", "hash", "rawValue", "id", "next", "encode",
        "makeAsyncIterator", "makeIterator", "isolated", "unownedExecutor", "enqueue",
        "==", "<", "+", "-", "+=", "-=",
        "InboundIn", "OutboundOut", "handlerAdded", "handlerRemoved", "channelActive",
        "channelInactive", "channelRead", "channelReadComplete", "channelWritabilityChanged",
        "errorCaught", "userInboundEventTriggered", "run",
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
