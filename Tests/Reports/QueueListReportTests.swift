import BrokerLink
import Messaging
import Metering
import PlainJSON
import Reports
import TestSupport
import Testing

/// The list of queues as people and as programs get it.
@Suite("Queue list")
struct QueueListReportTests {
    static let queues = [
        SteadyQueue(
            QueueSample(
                name: "orders", ready: 12_000, unacked: 3, readyBytes: 4_096_000, consumers: 2,
                dead: .derived(47, from: "deaths"), oldestReadyMicroseconds: .exact(61_000_000),
                processing: .exact(.of(p50: 3_300, p99: 8_100))),
            publishedPerSecond: 10, ackedPerSecond: 110),
        SteadyQueue(
            QueueSample(
                name: "mail", features: [.durable, .quorum, .messageTTL],
                dead: .unavailable(because: "it does not say"),
                oldestReadyMicroseconds: .approximate(nil, ageSeconds: 3))),
        SteadyQueue(
            QueueSample(
                name: "évil\u{1B}[2J", ready: 5, readyBytes: 5,
                dead: .approximate(0, ageSeconds: 3.5))),
    ]

    private func report(
        second: Int = 0, pattern: NamePattern = .all, order: QueueListReport.QueueOrder? = nil
    ) -> QueueListReport {
        QueueListReport(
            .of(Self.queues, second: second), broker: .fake(), pattern: pattern, order: order)
    }

    @Test("Without rates: by name, aligned, every figure by how far it can be trusted")
    func table() {
        #expect(
            self.report().table().lines(.plain) == [
                "NAME       READY  UNACK  OLDEST  PROC p50  PROC p99  CONS  DEAD  SIZE  FEATURES",
                "mail           0      0       –         –         –     0     –   0 B  Q D TTL",
                "orders    12,000      3  1m 01s    3.3 ms    8.1 ms     2   ≈47  4 MB  D",
                "évil␛[2J       5      0       –         –         –     0    ~0   5 B  D",
            ])
    }

    @Test("With rates there are columns for them")
    func rates() {
        let lines = self.report(second: 4).table().lines(.plain)
        #expect(lines[0].hasPrefix("NAME       READY  UNACK  IN/s  OUT/s  OLDEST   DRAIN"))
        #expect(lines[2].hasPrefix("orders    11,600      3    10    110  1m 01s  1m 56s"))
    }

    @Test("A terminal's width is kept: names shrink, then the dearest columns go")
    func narrow() {
        for columns in [20, 30, 40, 60, 79] {
            for line in self.report().table().lines(ReportStyle(columns: columns)) {
                #expect(line.count <= columns)
            }
        }
    }

    @Test("Columns that were chosen, in their order")
    func columns() {
        #expect(
            self.report().table([.type, .name, .guarantee]).lines(.plain) == [
                "TYPE     NAME      GUARANTEE", "quorum   mail      –", "classic  orders    –",
                "classic  évil␛[2J  –",
            ])
    }

    @Test("Sorted by a figure the largest comes first, and what is not known last either way")
    func order() {
        func names(_ text: String) -> [String] {
            self.report(order: QueueListReport.QueueOrder(text)).queues.map(\.sample.name.text)
        }
        #expect(names("ready") == ["orders", "évil\u{1B}[2J", "mail"])
        #expect(names("-ready") == ["mail", "évil\u{1B}[2J", "orders"])
        #expect(names("dead") == ["orders", "évil\u{1B}[2J", "mail"])
        #expect(names("-dead") == ["évil\u{1B}[2J", "orders", "mail"])
        #expect(names("-name") == ["évil\u{1B}[2J", "orders", "mail"])
        #expect(QueueListReport.QueueOrder("colour") == nil)
    }

    @Test("Only names that the pattern fits")
    func filter() {
        #expect(self.report(pattern: NamePattern(glob: "o*s")).queues.count == 1)
        #expect(NamePattern(expression: "(") == nil)
        #expect(self.report(pattern: NamePattern(expression: "^m|ers$")!).queues.count == 2)
    }

    @Test("Colours are there only when they are wanted")
    func colours() {
        let lines = self.report().table([.name, .dead]).lines(ReportStyle(hasColours: true))
        #expect(
            lines == [
                "\u{1B}[1mNAME    \u{1B}[0m  \u{1B}[1mDEAD\u{1B}[0m",
                "mail      \u{1B}[2m   –\u{1B}[0m", "orders    \u{1B}[33m ≈47\u{1B}[0m",
                "évil␛[2J  \u{1B}[2m  ~0\u{1B}[0m",
            ])
    }

    @Test("A queue's members are the documented ones, in their order")
    func documented() throws {
        let queues = try #require(self.report().json["queues"]?.elements)
        for queue in queues {
            #expect(queue.members?.map(\.name) == QueueJSON.members.map(\.name))
        }
    }

    @Test("What is not known is null, with its reason; what is inexact says how")
    func inexact() throws {
        let queues = try #require(self.report(second: 4).json["queues"]?.elements)
        #expect(queues[0]["dead_messages"] == .null)
        #expect(
            queues[0]["inexact"]?.compactText
                == #"{"dead_messages":{"kind":"unavailable","because":"it does not say"},"#
                + #""oldest_ready_microseconds":{"kind":"approximate","age_seconds":3.0}}"#)
        #expect(queues[1]["dead_messages"] == .integer(47))
        #expect(
            queues[1]["inexact"]?.compactText
                == #"{"dead_messages":{"kind":"derived","from":"deaths"}}"#)
        #expect(
            queues[1]["processing"]?.compactText
                == #"{"count":100,"p50_microseconds":3300,"p99_microseconds":8100,"#
                + #""p999_microseconds":16200,"max_microseconds":24300}"#)
    }

    @Test("Rates that are not known are null, and why is said")
    func noRates() throws {
        var report = self.report()
        func reason(_ queue: JSON?) -> JSON? {
            queue?["inexact"]?["published_per_second"]?["because"]
        }
        let queue = try #require(report.json["queues"]?.elements?.last)
        #expect(queue["published_per_second"] == .null)
        #expect(reason(queue) == .text(QueueListReport.needsSamples))
        report.whyNoRates = "nothing moves"
        #expect(reason(report.json["queues"]?.elements?.last) == .text("nothing moves"))
        let known = self.report(second: 4).json["queues"]?.elements?.last
        #expect(known?["published_per_second"] != .null && reason(known) == nil)
    }

    @Test("Where nobody measures processing, the mean stands for its middle, and says so")
    func mean() throws {
        let sample = QueueSample(
            name: "orders", processing: .unavailable(because: "RabbitMQ does not measure it"),
            processingMeanMicroseconds: .derived(2_500, from: "unacked messages and acks a second"))
        let report = QueueListReport(
            .of([SteadyQueue(sample)], second: 0), broker: .fake())
        #expect(report.table([.name, .p50, .p99]).lines(.plain)[1] == "orders   ≈2.5 ms         –")
        let queue = try #require(report.json["queues"]?.elements?.first)
        #expect(queue["processing"] == .null)
        #expect(queue["processing_mean_microseconds"] == .integer(2_500))
        #expect(
            queue["inexact"]?["processing_mean_microseconds"]?["from"]
                == .text("unacked messages and acks a second"))
    }

    @Test("The document names its moment and its broker")
    func document() {
        let json = self.report(pattern: NamePattern(glob: "")).json
        #expect(
            json.compactText
                == #"{"at":"2026-11-21T18:31:40.000Z","broker":{"product":"queuetop","#
                + #""version":"0.1.0","address":"embedded","user":"guest","virtual_host":"/"},"#
                + #""queues":[]}"#)
    }
}

/// Shell patterns of names.
@Suite("Name patterns")
struct NamePatternTests {
    @Test(
        "A glob fits a name as a whole",
        arguments: [
            ("*", "", true), ("*", "a.b", true), ("a*", "ab", true), ("a*", "ba", false),
            ("*.dead", "orders.dead", true), ("*.dead", "orders.dead.old", false),
            ("o?ders", "orders", true), ("o?ders", "oders", false), ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "a1b2b3", false), ("\\*", "*", true), ("\\*", "a", false),
            ("", "", true), ("", "a", false), ("é*", "ép", true), ("**a", "bba", true),
        ])
    func glob(pattern: String, name: String, fits: Bool) {
        #expect(NamePattern(glob: pattern).includes(name) == fits)
    }
}
