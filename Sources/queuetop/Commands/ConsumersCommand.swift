import ArgumentParser
import BrokerLink
import Reports

/// `queuetop consumers`: who takes messages, and what they hold.
struct ConsumersCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "consumers", abstract: "List consumers and what they hold.",
        discussion: """
            --json prints {"at", "broker", "consumers"}; each has queue, consumer_tag, client, \
            channel, unacked_messages, oldest_unacked_microseconds, prefetch_messages (0: no \
            limit), priority, needs_ack, is_exclusive, is_active, lag_messages; \
            \(BrokerIdentity.members)
            """)

    @OptionGroup var filter: FilterOptions
    @OptionGroup var report: ReportOptions
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    func run() async throws {
        let (filter, report) = (self.filter.names, self.report)
        await self.inSession { session throws(CommandFailure) in
            try await report.print(session) { () async throws(CommandFailure) in
                let roster = try await asked { () async throws(LinkError) in
                    try await session.link.clients()
                }
                let list = ConsumerReport(roster, broker: session.broker, pattern: filter)
                return .init(list.table, ifEmpty: "No consumers.", json: list.json)
            }
        }
    }
}
