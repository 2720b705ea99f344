import ArgumentParser
import BrokerLink
import Messaging
import Reports

/// `queuetop queue NAME`: one queue with all that is connected to it.
struct QueueCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Show one queue: figures, settings, bindings, consumers.",
        discussion: """
            --json prints {"at", "broker", "queue"}; \(BrokerIdentity.members) The queue has what \
            `queues` has of it, and:
            \(QueueDetailReport.members.map { "  \($0.name): \($0.meaning)" }.joined(separator: "\n"))
            """)

    @Argument(help: "The queue.", completion: .queueNames) var name: QueueName
    @OptionGroup var report: ReportOptions
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    func run() async throws {
        let (report, queue) = (self.report, self.name)
        await self.inSession { session throws(CommandFailure) in
            var history = SampleHistory()
            try await report.print(session) { () async throws(CommandFailure) in
                let detail = try await session.detail(of: queue)
                history.append(try await session.sample())
                let page = QueueDetailReport(detail, in: history, broker: session.broker)
                return .init(json: page.json) { page.lines($0) }
            }
        }
    }
}

extension CommandSession {
    func detail(of queue: QueueName) async throws(CommandFailure) -> QueueDetail {
        try await asked { () async throws(LinkError) in try await self.link.detail(of: queue) }
    }
}
