import ArgumentParser
import BrokerLink
import Reports

/// `queuetop bindings`: by which ways messages come into queues.
struct BindingsCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "bindings", abstract: "List bindings of queues.",
        discussion: """
            --json prints {"broker", "bindings"}; each has exchange, exchange_type, routing_key, \
            queue, arguments; \(BrokerIdentity.members)
            """)

    @OptionGroup var filter: FilterOptions
    @OptionGroup var report: ReportOptions
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    func run() async throws {
        let (filter, report) = (self.filter.names, self.report)
        await self.inSession { session throws(CommandFailure) in
            try await report.print(session) { () async throws(CommandFailure) in
                let queues = try await session.sample().queues.map(\.name)
                    .filter { filter.includes($0.text) }.sorted()
                var details: [QueueDetail] = []
                for queue in queues { details.append(try await session.detail(of: queue)) }
                let list = BindingReport(details, broker: session.broker)
                return .init(list.table, ifEmpty: "No bindings.", json: list.json)
            }
        }
    }
}
