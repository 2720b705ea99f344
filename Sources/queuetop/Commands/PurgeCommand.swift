import ArgumentParser
import BrokerLink
import ConsoleRuntime
import Messaging
import PlainJSON
import Screens

/// `queuetop purge QUEUE`: removes every message that waits.
struct PurgeCommand: LinkCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Remove every ready message of a queue.",
        discussion: """
            It shows how many there are and asks; what consumers hold stays.

            --json prints {"dry_run", "action", "queue", "ready_messages"}, and when \
            it was done "purged_messages".
            """)

    @Argument(help: "The queue.", completion: .queueNames) var name: QueueName
    @OptionGroup var act: ActOptions
    @OptionGroup(title: "Broker") var options: LinkOptions
    @ParentCommand var root: Queuetop

    func run() async throws {
        let (act, queue) = (self.act, self.name)
        await endingOnFailure { () async throws(CommandFailure) in try act.requireAnswerable() }
        await self.inSession { session throws(CommandFailure) in
            try await session.requireTakeable(queue)
            let ready = try await session.readyCount(of: queue)
            let count = Figures.counted(ready, "message")
            let document: [JSON.Member] = [
                .init("action", .text("purge")), .init("queue", .text(queue.text)),
                .init("ready_messages", .count(ready)),
            ]
            guard
                try act.proceeds(
                    ["would purge \(count) from \(queue)"], document: document,
                    .init(
                        question: "Purge \(count) from \(queue)?", queue: queue,
                        auditor: session.auditor))
            else { return }
            let purged = try await session.audited(.purge(queue)) {
                () async throws(CommandFailure) in
                try await asked { () async throws(LinkError) in
                    try await session.link.purge(queue)
                }
            } outcome: {
                Figures.counted($0, "message")
            }
            try act.report(
                ["purged \(Figures.counted(purged, "message")) from \(queue)"],
                document + [.init("purged_messages", .count(purged))])
        }
    }
}
