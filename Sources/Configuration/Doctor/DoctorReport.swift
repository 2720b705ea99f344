import PlainJSON

/// How bad something is; the worst of all decides the exit code.
package enum Verdict: String, Comparable, Sendable {
    case ok, warn, fail

    package static func < (left: Verdict, right: Verdict) -> Bool {
        left.exitCode < right.exitCode
    }

    /// As monitoring plugins have it: 0 all is well, 1 a warning, 2 something does not work.
    package var exitCode: Int32 {
        switch self {
        case .ok: 0
        case .warn: 1
        case .fail: 2
        }
    }
}

/// What one check found, and what to do about it.
package struct Finding: Equatable, Sendable {
    package var check: String
    package var verdict: Verdict
    /// What is there, a sentence.
    package var found: String
    /// What to do; nil when nothing is.
    package var advice: String?

    package init(_ check: String, _ verdict: Verdict, _ found: String, advice: String? = nil) {
        self.check = check
        self.verdict = verdict
        self.found = found
        self.advice = advice
    }
}

/// Everything that was checked, in order.
package struct DoctorReport: Equatable, Sendable {
    package var findings: [Finding]

    package init(_ findings: [Finding]) { self.findings = findings }

    /// The worst of all.
    package var verdict: Verdict { self.findings.map(\.verdict).max() ?? .ok }

    /// A line for each check, and one below it that says what to do.
    package var text: String {
        let widest = self.findings.map(\.check.count).max() ?? 0
        let lines = self.findings.flatMap { finding -> [String] in
            let verdict = Self.padded(finding.verdict.rawValue, to: 4)
            let line = "\(verdict)  \(Self.padded(finding.check, to: widest))  \(finding.found)"
            guard let advice = finding.advice else { return [line] }
            return [line, String(repeating: " ", count: widest + 8) + "-> \(advice)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One object with the worst verdict and all checks.
    package var json: String {
        let checks = self.findings.map { finding -> JSON in
            [
                "check": .text(finding.check), "verdict": .text(finding.verdict.rawValue),
                "found": .text(finding.found), "advice": .optional(finding.advice),
            ]
        }
        let report: JSON = ["verdict": .text(self.verdict.rawValue), "checks": .array(checks)]
        return report.compactText + "\n"
    }

    private static func padded(_ text: String, to count: Int) -> String {
        text + String(repeating: " ", count: max(0, count - text.count))
    }
}
