/// The rules of style that one file can break, each a function from a file to complaints.
enum Rules {
    static let fileLinesMax = 400
    static let functionLinesMax = 70
    static let lineColumnsMax = 100

    /// What holds for each Swift file of the project, whatever it is for.
    static func everywhere(_ file: SourceFile) -> [Complaint] {
        self.size(file) + self.functions(file) + self.unfinished(file) + self.access(file)
    }

    static func size(_ file: SourceFile) -> [Complaint] {
        var complaints: [Complaint] = []
        if file.lines.count > self.fileLinesMax + 1 {  // The last line break ends a line.
            complaints.append(
                Complaint(
                    file, lineIndex: self.fileLinesMax,
                    "the file has more than \(self.fileLinesMax) lines"))
        }
        for (index, line) in file.lines.enumerated()
        where line.utf8.count > self.lineColumnsMax && line.count > self.lineColumnsMax
            && !file.linesInsideLiteral.contains(index)
        {
            complaints.append(
                Complaint(file, lineIndex: index, "more than \(self.lineColumnsMax) columns"))
        }
        return complaints
    }

    static func functions(_ file: SourceFile) -> [Complaint] {
        FunctionFinder(file).functions.compactMap { function in
            let count = function.lastLine - function.firstLine + 1
            guard count > self.functionLinesMax else { return nil }
            return Complaint(
                file, lineIndex: function.firstLine,
                "a function of \(count) lines; at most \(self.functionLinesMax)")
        }
    }

    /// Marks of unfinished work, spelled in two halves so that this file does not hold them.
    static func unfinished(_ file: SourceFile) -> [Complaint] {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        return file.comments.enumerated().flatMap { index, line in
            marks.filter { mark in
                line.holds(mark) && line.split { !$0.isLetter }.contains { $0 == mark }
            }
            .map { Complaint(file, lineIndex: index, "a comment marked \($0)") }
        }
    }

    /// Rooms speak through `package`; nothing is for other packages, and tests see what rooms see.
    static func access(_ file: SourceFile) -> [Complaint] {
        file.code.enumerated().compactMap { index, line in
            guard line.holds("public ") || line.holds("open ") || line.holds("@testable "),
                let match = line.firstMatch(of: /(?:^|\s)(public|open|@testable)\s+\w/)
            else { return nil }
            return Complaint(file, lineIndex: index, "`\(match.1)`; use `package`")
        }
    }

    /// A task that nobody awaits and nobody cancels outlives what it works for; one that is awaited
    /// on the line where it begins does not.
    static func looseTasks(_ file: SourceFile) -> [Complaint] {
        file.code.enumerated().compactMap { index, line in
            guard line.holds("Task"),
                line.contains(/(?:^|\W)Task(?:<[^>]*>)?\s*(?:\.detached)?\s*(?:\([^)]*\))?\s*\{/),
                !line.contains(/(?:^|\W)await Task\s*\{.*\}\.value\s*$/)
            else {
                return nil
            }
            return Complaint(file, lineIndex: index, "a loose task; make it a service or a child")
        }
    }

    /// Where the compiler does not check, a comment names what guards the state.
    static func uncheckedSendable(_ file: SourceFile) -> [Complaint] {
        file.code.enumerated().compactMap { index, line in
            guard line.holds("@unchecked Sendable") else { return nil }
            let comment = file.comments[index] + " " + file.commentAbove(index)
            let guards = /guard|lock|mutex|atomic|confine|event loop|executor|main thread|immutable/
            if comment.lowercased().contains(guards) { return nil }
            return Complaint(file, lineIndex: index, "`@unchecked Sendable` names no guard")
        }
    }

    /// A test waits for what it expects, never for a time.
    static func sleeping(_ file: SourceFile) -> [Complaint] {
        file.code.enumerated().compactMap { index, line in
            guard line.holds("sleep"),
                line.contains(/(?:Task\.sleep|Thread\.sleep|(?:^|[^\w.])\w*sleep)\s*\(/),
                !line.holds("func ")
            else { return nil }
            return Complaint(file, lineIndex: index, "a test that sleeps")
        }
    }
}

extension SourceFile {
    /// The comment that stands directly above a line and its attributes, joined to one string.
    func commentAbove(_ lineIndex: Int) -> String {
        var parts: [String] = []
        var index = lineIndex - 1
        while index >= 0 {
            let comment = self.comments[index].trimmed
            let code = self.code[index].trimmed
            if code.isEmpty, !comment.isEmpty {
                parts.insert(comment, at: 0)
            } else if !code.hasPrefix("@") {
                break
            }
            index -= 1
        }
        return parts.joined(separator: " ")
    }
}

extension Substring {
    /// Whether a text occurs in it; much faster than the regular expression that comes after.
    func holds(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { wanted in
            guard let first = wanted.first else { return true }
            var rest = self.utf8[...]
            while let place = rest.firstIndex(of: first) {
                rest = rest[place...]
                if rest.starts(with: wanted) { return true }
                rest = rest.dropFirst()
            }
            return false
        }
    }

    /// The text without blanks around it.
    var trimmed: String {
        String(self.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
