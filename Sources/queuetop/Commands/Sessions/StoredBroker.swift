import BrokerLink
import EmbeddedLink
import Engine
import Messaging
import NIOPosix
import Store
import Transfer

/// The embedded broker for the length of a command: its data is opened in this process, and nobody
/// can connect to it.
struct StoredBroker: Sendable {
    let engine: Engine
    let link: EmbeddedLink
    /// Claimed as long as this value lives.
    private let directory: DataDirectory
    private let group: MultiThreadedEventLoopGroup

    /// Opens the store; what takes longer than a moment says how far it is on standard error.
    static func open(
        _ directory: DataDirectory, host: VirtualHostName
    ) async throws(CommandFailure) -> StoredBroker {
        let say = BrokerHooks().say
        let progress = RecoveryProgress(say)
        let (store, recovered): (DurableStore, Recovered)
        do throws(StoreError) {
            (store, recovered) = try DurableStore.open(
                directory, limits: StoreLimits()
            ) { progress.show($0) }
        } catch {
            throw CommandFailure(StartFailure.dataDirectory(error))
        }
        progress.finish(recovered.report)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let engine = Engine(
            on: group.next(), clock: .system(), store: store,
            seed: UInt64.random(in: .min ... .max)
        ) { say("\($0)") }
        for problem in await engine.restore(recovered) {
            say("not taken over: \(problem)")
        }
        let broker = StoredBroker(
            engine: engine, link: EmbeddedLink(to: engine, host: host, version: Version.text),
            directory: directory, group: group)
        let hosts = await engine.virtualHosts
        guard hosts.contains(host) else {
            await broker.close()
            throw CommandFailure(
                StartFailure.noSuchVirtualHost(host.text, known: hosts.map(\.text)))
        }
        return broker
    }

    /// Stops in order: all that was done is on the disk when this returns.
    func close() async {
        await self.link.close()
        await self.engine.stop()
        try? await self.group.shutdownGracefully()
    }
}

/// The embedded broker as a sink: what it takes is on the disk before it says so.
struct StoredSink: MessageSink {
    let broker: StoredBroker

    func publish(_ messages: [Message]) async -> [PublishOutcome] {
        let outcomes = await LinkSink(self.broker.link).publish(messages)
        guard await !self.broker.engine.becomesDurable() else { return outcomes }
        return outcomes.map {
            $0 == .taken ? .failed(.outcomeUnknown(action: "the write to the disk")) : $0
        }
    }
}
