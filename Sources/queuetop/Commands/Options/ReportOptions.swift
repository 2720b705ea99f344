import ArgumentParser
import PlainJSON
import Reports

/// How a report is printed, and how often.
struct ReportOptions: ParsableArguments {
    @Flag(help: "One JSON document for programs; with --watch one a line.")
    var json = false

    @Option(
        defaultAsFlag: 2,
        help: ArgumentHelp(
            "Print it again and again until Ctrl-C, every two seconds or so many.",
            valueName: "seconds"))
    var watch: Double?

    mutating func validate() throws {
        if let seconds = self.watch, !(0.1...86_400).contains(seconds) {
            throw ValidationError("--watch is \(seconds): give seconds from 0.1 to 86400.")
        }
    }

    /// Prints a report, once or until the task is cancelled.
    ///
    /// - Parameter make: Makes the next report: its lines in a style, and its document.
    func print(
        _ session: CommandSession, _ make: () async throws(CommandFailure) -> Printable
    ) async throws(CommandFailure) {
        guard let seconds = self.watch else {
            return try self.write(try await make())
        }
        let clears = CommandOutput.isTerminal && !self.json
        while !Task.isCancelled {
            let report: Printable
            do throws(CommandFailure) {
                report = try await make()
            } catch {
                guard !Task.isCancelled else { return }
                throw error
            }
            // From the top left corner, and what was below is gone: no flicker of an empty screen.
            if clears { try CommandOutput.write(Array("\u{1B}[H\u{1B}[J".utf8)) }
            try self.write(report)
            if !clears, !self.json { try CommandOutput.write([""]) }
            do {
                try await session.time.sleep(seconds)
            } catch {
                return  // Cancelled: the person has seen enough.
            }
        }
    }

    private func write(_ report: Printable) throws(CommandFailure) {
        guard self.json else { return try CommandOutput.write(report.lines(CommandOutput.style)) }
        guard self.watch != nil else { return try CommandOutput.write(report.json) }
        try CommandOutput.write([report.json.compactText])
    }

    /// A report in both of its forms.
    struct Printable {
        var lines: (ReportStyle) -> [String]
        var json: JSON

        init(_ table: ReportTable, ifEmpty: String, json: JSON) {
            self.lines = { table.rows.isEmpty ? [ifEmpty] : table.lines($0) }
            self.json = json
        }

        init(json: JSON, lines: @escaping (ReportStyle) -> [String]) {
            self.lines = lines
            self.json = json
        }
    }
}

/// Which names a report is about.
struct FilterOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Only queues with such names: a glob, as in 'orders.*'.", valueName: "pattern"))
    var pattern: String?

    @Flag(help: "The pattern is a regular expression, found anywhere in a name.")
    var regex = false

    mutating func validate() throws {
        guard self.regex, let pattern = self.pattern else { return }
        guard NamePattern(expression: pattern) != nil else {
            throw ValidationError("'\(pattern)' is no regular expression.")
        }
    }

    var names: NamePattern {
        guard let pattern = self.pattern else { return .all }
        guard self.regex else { return NamePattern(glob: pattern) }
        return NamePattern(expression: pattern) ?? .all
    }
}
