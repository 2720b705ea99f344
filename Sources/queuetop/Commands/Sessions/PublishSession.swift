import ArgumentParser
import BrokerLink
import ConsoleRuntime
import Messaging
import Transfer

/// Where messages are published: to a data directory in this process, or by AMQP.
struct PublishSession: Sendable {
    let sink: any MessageSink
    /// How the audit log names the broker.
    let broker: String
    let auditor: Auditor
    /// Whether what is transient is gone when the command ends.
    let losesTransient: Bool
    /// How many messages of a queue wait; nil when there is no such queue.
    let readyCount: @Sendable (QueueName) async throws(CommandFailure) -> Int?
    /// Removes every message that waits.
    let purge: @Sendable (QueueName) async throws(CommandFailure) -> Int

    var time: Timekeeper { self.auditor.time }

    func audited<Value>(
        _ act: AuditedAct, _ work: () async throws(CommandFailure) -> Value,
        outcome: (Value) -> String
    ) async throws(CommandFailure) -> Value {
        try await self.auditor.audited(act, broker: self.broker, work, outcome: outcome)
    }
}

extension PublishSession {
    /// Publishing to a broker in another process.
    init(_ amqp: AMQPSession, _ auditor: Auditor) async throws(CommandFailure) {
        self.init(
            sink: try await amqp.sink(), broker: amqp.name, auditor: auditor,
            losesTransient: false,
            readyCount: { queue throws(CommandFailure) in try await amqp.readyCount(of: queue) },
            purge: { queue throws(CommandFailure) in try await amqp.purge(queue) })
    }

    /// Publishing to a broker in this process.
    init(_ stored: StoredBroker, _ auditor: Auditor) {
        self.init(
            sink: StoredSink(broker: stored), broker: "queuetop embedded",
            auditor: auditor, losesTransient: true,
            readyCount: { queue throws(CommandFailure) in
                try await asked { () async throws(LinkError) in
                    try await stored.link.sample().queues.first { $0.name == queue }?.ready
                }
            },
            purge: { queue throws(CommandFailure) in
                try await asked { () async throws(LinkError) in try await stored.link.purge(queue) }
            })
    }
}

extension LinkCommand {
    /// Opens the broker that was named for publishing, runs the command's work, and closes it in
    /// order.
    func inPublishSession(
        _ work: @escaping @Sendable (PublishSession) async throws(CommandFailure) -> Void
    ) async {
        let (options, auditor, contexts) = (self.chosenBroker, self.auditor, self.contexts)
        await endingOnFailure { () async throws(CommandFailure) in
            switch try BrokerPlace.find(options, contexts) {
            case .stored(let directory):
                let stored = try await StoredBroker.open(directory, host: options.host)
                try await closing({ await stored.close() }) { () async throws(CommandFailure) in
                    try await work(PublishSession(stored, auditor))
                }
            case .remote(let remote):
                let amqp = try await AMQPSession.open(remote)
                try await closing({ await amqp.close() }) { () async throws(CommandFailure) in
                    try await work(
                        try await PublishSession(amqp, auditor.restricted(by: remote)))
                }
            }
        }
    }
}

/// Does work and closes what it was done on, whether it failed or not.
func closing<Value>(
    _ close: () async -> Void, _ work: () async throws(CommandFailure) -> Value
) async throws(CommandFailure) -> Value {
    let result: Result<Value, CommandFailure>
    do throws(CommandFailure) {
        result = .success(try await work())
    } catch {
        result = .failure(error)
    }
    await close()
    return try result.get()
}
