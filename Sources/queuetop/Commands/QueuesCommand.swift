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

            --json prints {"at", "broker", "queues"}; each queue has:
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
            "Watch for a second, or so many, and show rates.", valueName: "seconds"))
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
            if let rates {
                history.append(try await session.sample())
                // Cancelled, the report comes earlier.
                try? await session.time.sleep(rates)
            }
            try await report.print(session) { () async throws(CommandFailure) in
                history.append(try await session.sample())
                let list = QueueListReport(
                    history, broker: session.broker, pattern: filter, order: order)
                return .init(
                    list.table(fields.isEmpty ? nil : fields), ifEmpty: "No queues.",
                    json: list.json)
            }
        }
    }
}

extension CommandSession {
    func sample() async throws(CommandFailure) -> BrokerSample {
        try await asked { () async throws(LinkError) in try await self.link.sample() }
    }

    /// Messages of a queue that are ready at this moment.
    func readyCount(of queue: QueueName) async throws(CommandFailure) -> Int {
        try await asked { () async throws(LinkError) in try await self.link.readyCount(of: queue) }
    }
}
