import Doctor
import Testing

/// How a report reads, and what it is worth.
struct DoctorReportTests {
    private static let report = DoctorReport([
        Finding("clock", .ok, "It is right."),
        Finding("disk space", .warn, "3 MiB are free.", advice: "Make \"room\"."),
    ])

    @Test("The worst of all decides")
    func verdict() {
        #expect(Self.report.verdict == .warn)
        #expect(DoctorReport([]).verdict == .ok)
        let broken = DoctorReport(Self.report.findings + [Finding("a", .fail, "b")])
        #expect(broken.verdict == .fail)
        #expect([Verdict.ok, .warn, .fail].map(\.exitCode) == [0, 1, 2])
    }

    @Test("Each check is a line, and what to do stands below it")
    func text() {
        #expect(
            Self.report.text == """
                ok    clock       It is right.
                warn  disk space  3 MiB are free.
                                  -> Make "room".

                """)
    }

    @Test("The same as one object")
    func json() {
        #expect(
            Self.report.json
                == #"{"verdict":"warn","checks":[{"check":"clock","verdict":"ok","found":"#
                + #""It is right.","advice":null},{"check":"disk space","verdict":"warn","#
                + #""found":"3 MiB are free.","advice":"Make \"room\"."}]}"# + "\n")
    }
}
