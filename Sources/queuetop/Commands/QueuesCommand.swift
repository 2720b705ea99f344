import ArgumentParser
import BrokerLink
import Messaging
import Reports

/// `queuetop queues`: every queue with its figures.
struct QueuesCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues", abstract: "List queues with their figures.",
        discussion: """
            Columns: \(QueueField.allCases.map(\.rawValue).joined(separator: ", ")).

            --json prints {"at", "broker", "queues"}; \(BrokerIdentity.members) Each queue has:
            \(QueueJSON.members.map { "  \($0.name): \($0.meaning)" }.joined(separator: "\n"))
            """)

    @OptionGroup var filter: FilterOptions

    @Option(
        help: ArgumentHelp("Columns to show, separated by commas.", valueName: "names"),
        completion: .list(QueueField.allCases.map(\.rawValue)))
    var columns: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Sort by a column, largest first; -name the other way round.", valueName: "column"),
        completion: .list(QueueField.allCases.map(\.rawValue)))
    var sort: String?

    @Option(
        defaultAsFlag: 1,
        help: ArgumentHelp(
            """
            Watch for a second, or so many, and show rates. A broker in another process tells what \
            happened every five seconds: there it goes on until they are known, 20 more at most.
            """, valueName: "seconds"))
    var rates: Double?

    @OptionGroup var report: ReportOptions
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    mutating func validate() throws {
        for name in self.columnNames where QueueField(rawValue: name) == nil {
            throw ValidationError("There is no column '\(name)'; --help lists them.")
        }
        if let sort = self.sort, QueueListReport.QueueOrder(sort) == nil {
            throw ValidationError("There is no column '\(sort)' to sort by; --help lists them.")
        }
        if let seconds = self.rates, !(0.1...3_600).contains(seconds) {
            throw ValidationError("--rates is \(seconds): give seconds from 0.1 to 3600.")
        }
    }

    private var columnNames: [String] {
        self.columns?.split(separator: ",").map(String.init) ?? []
    }

    func run() async throws {
        let (filter, report, rates) = (self.filter.names, self.report, self.rates)
        let order = self.sort.flatMap { QueueListReport.QueueOrder($0) }
        let fields = self.columnNames.compactMap { QueueField(rawValue: $0) }
        await self.inSession { session throws(CommandFailure) in
            var history = SampleHistory()
            var whyNoRates = QueueListReport.needsSamples
            if let rates {
                history = try await session.history(seconds: rates)
                whyNoRates = CommandSession.statisticsRest
            } else if report.watch != nil {
                whyNoRates = CommandSession.statisticsRest
            }
            try await report.print(session) { () async throws(CommandFailure) in
                history.append(try await session.sample())
                var list = QueueListReport(
                    history, broker: session.broker, pattern: filter, order: order)
                list.whyNoRates = whyNoRates
                return .init(
                    list.table(fields.isEmpty ? nil : fields), ifEmpty: "No queues.",
                    json: list.json)
            }
        }
    }
}

extension CommandSession {
    /// Seconds that rates may take beyond those that were asked for: a broker's statistics come in
    /// steps of five, two of which may have to pass.
    private static let ratesSecondsMax = 20.0
    private static let ratesStepSeconds = 0.5

    /// Why there are no rates although there was more than one sample.
    static let statisticsRest =
        "the broker's statistics, which come every few seconds, have not moved on yet"

    /// Samples of so many seconds at least, and of more until rates are known.
    func history(seconds: Double) async throws(CommandFailure) -> SampleHistory {
        var history = SampleHistory()
        history.append(try await self.sample())
        let begin = self.time.now()
        var isLate = false
        while !isLate, !Task.isCancelled {
            let elapsed = Double(self.time.now().microseconds(since: begin)) / 1_000_000
            guard elapsed < seconds || history.totalRates == nil else { break }
            isLate = elapsed >= seconds + Self.ratesSecondsMax
            let left = elapsed < seconds ? seconds - elapsed : Self.ratesStepSeconds
            // Cancelled, the report comes earlier.
            try? await self.time.sleep(left)
            history.append(try await self.sample())
        }
        if history.totalRates == nil, !Task.isCancelled {
            CommandOutput.tell("queuetop: no rates: \(Self.statisticsRest)")
        }
        return history
    }

    func sample() async throws(CommandFailure) -> BrokerSample {
        try await asked { () async throws(LinkError) in try await self.link.sample() }
    }

    /// Messages of a queue that are ready at this moment.
    func readyCount(of queue: QueueName) async throws(CommandFailure) -> Int {
        try await asked { () async throws(LinkError) in try await self.link.readyCount(of: queue) }
    }
}
