import BrokerLink
import DeadLetters
import LoadTest
import Messaging
import Screens

/// Does one piece of work on the link or the load engine, and tells how it went.
///
/// Whatever changes the broker is in the audit log before it begins, or it is not done.
package struct EffectRunner: Sendable {
    let link: any BrokerLink
    let load: any LoadControl
    let audit: AuditLog
    let broker: String
    let tell: @Sendable (ConsoleMessage) -> Void

    /// - Parameters:
    ///   - broker: How the audit log names the broker.
    ///   - tell: Takes the answers.
    package init(
        link: any BrokerLink, load: any LoadControl, audit: AuditLog, broker: String,
        tell: @escaping @Sendable (ConsoleMessage) -> Void
    ) {
        self.link = link
        self.load = load
        self.audit = audit
        self.broker = broker
        self.tell = tell
    }

    /// Does the work of one effect and returns when it is done.
    ///
    /// - Parameter stop: A redrive or replay ends when this does.
    package func run(_ effect: ConsoleEffect, until stop: AsyncStream<Never>?) async {
        switch effect {
        case .detail(let queue):
            let result = await LinkResult.of { () async throws(LinkError) in
                try await self.link.detail(of: queue)
            }
            self.tell(.detailed(queue, result))
        case .clients:
            self.tell(.rostered(await LinkResult.of(self.link.clients)))
        case .browse(let request):
            let result = await LinkResult.of { () async throws(LinkError) in
                try await self.link.browse(request)
            }
            self.tell(.browsed(request, result))
        case .purge(let queue):
            let result = await self.counted(.purge(queue)) { () async throws(LinkError) in
                try await self.link.purge(queue)
            }
            self.tell(.purged(queue, result))
        case .deleteQueue(let queue, let ifUnused, let ifEmpty):
            let result = await self.counted(.deleteQueue(queue)) { () async throws(LinkError) in
                try await self.link.deleteQueue(queue, ifUnused: ifUnused, ifEmpty: ifEmpty)
            }
            self.tell(.deletedQueue(queue, result))
        case .deleteMessages(let messages, let queue):
            let act = AuditedAct.deleteMessages(messages, queue)
            let result = await self.counted(act) { () async throws(LinkError) in
                try await self.link.delete(messages, from: queue)
            }
            self.tell(.deletedMessages(queue, result))
        case .closeConnection(let id, let client, let reason):
            await self.close(id, client: client, reason: reason)
        case .cancelConsumer(let id, let queue, let client):
            await self.cancel(id, of: queue, client: client)
        case .setBreaker(let queue, let isOpen): await self.setBreaker(of: queue, isOpen: isOpen)
        case .redrive(let plan): await self.redrive(plan, until: stop)
        case .replay(let request): await self.replay(request, until: stop)
        case .startLoad(let scenario):
            await self.changeLoad(.startLoad(scenario)) { await self.load.start(scenario) }
        case .setLoadRate(let perSecond):
            await self.changeLoad(.setLoadRate(perSecond)) { await self.load.setRate(perSecond) }
        case .stopLoad:
            await self.load.stop()
            self.tell(.loadChanged(await self.load.snapshot()))
        case .sample, .stopRedrive, .stopReplay, .setTheme, .setRefresh, .copy, .switchContext,
            .suspend, .quit:
            preconditionFailure("the runtime does these itself")
        }
    }
}

extension EffectRunner {
    /// Does work between its two lines in the audit log.
    ///
    /// - Parameters:
    ///   - work: Not called when the first line cannot be written.
    ///   - outcome: What the second line says.
    func audited<Value>(
        _ act: AuditedAct, _ work: () async -> Value, outcome: (Value) -> String
    ) async throws(LinkError) -> Value {
        let number: Int
        do {
            number = try await self.audit.begin(act, broker: self.broker)
        } catch {
            throw .notAttempted(reason: "\(error)")
        }
        let value = await work()
        do {
            try await self.audit.end(number, outcome: outcome(value))
        } catch {
            self.tell(.noticed(Notice("It was done, but \(error)", .failure)))
        }
        return value
    }

    /// Audited work that answers how many messages it was about.
    private func counted(
        _ act: AuditedAct, _ call: @Sendable () async throws(LinkError) -> Int
    ) async -> Result<Int, LinkError> {
        do throws(LinkError) {
            return try await self.audited(act) {
                await LinkResult.of(call)
            } outcome: { result in
                switch result {
                case .success(let count): Figures.counted(count, "message")
                case .failure(let error): "failed: \(error)"
                }
            }
        } catch {
            return .failure(error)
        }
    }

    private func close(_ id: ConnectionID, client: String, reason: String) async {
        let act = AuditedAct.closeConnection(client: client, reason: reason)
        let result: Result<Int?, LinkError>
        do throws(LinkError) {
            result = try await self.audited(act) {
                await LinkResult.of { () async throws(LinkError) in
                    try await self.link.closeConnection(id, reason: reason)
                }
            } outcome: { result in
                switch result {
                case .success(let count): Figures.counted(count, "message")
                case .failure(let error): "failed: \(error)"
                }
            }
        } catch {
            result = .failure(error)
        }
        self.tell(.closedConnection(id, client: client, result))
    }

    private func cancel(_ id: ClientConsumer.ID, of queue: QueueName, client: String) async {
        let act = AuditedAct.cancelConsumer(id.tag, queue, client: client)
        let result = await self.counted(act) { () async throws(LinkError) in
            try await self.link.cancelConsumer(id)
        }
        self.tell(.cancelledConsumer(id, result))
    }

    private func setBreaker(of queue: QueueName, isOpen: Bool) async {
        let result: Result<Void, LinkError>
        do throws(LinkError) {
            result = try await self.audited(.setBreaker(queue, isOpen: isOpen)) {
                await LinkResult.of { () async throws(LinkError) in
                    try await self.link.setBreaker(queue, isOpen: isOpen)
                }
            } outcome: { result in
                switch result {
                case .success: "ok"
                case .failure(let error): "failed: \(error)"
                }
            }
        } catch {
            result = .failure(error)
        }
        self.tell(.changedBreaker(queue, isOpen: isOpen, result))
    }

    private func changeLoad(_ act: AuditedAct, _ change: () async -> Void) async {
        do throws(LinkError) {
            let snapshot = try await self.audited(act) {
                await change()
                return await self.load.snapshot()
            } outcome: { snapshot in
                if case .failed(let reason) = snapshot.state { return "failed: \(reason)" }
                return "ok"
            }
            self.tell(.loadChanged(snapshot))
        } catch {
            self.tell(.noticed(.failure(error)))
        }
    }

    private func redrive(_ plan: RedrivePlan, until stop: AsyncStream<Never>?) async {
        do throws(LinkError) {
            let outcome = try await self.audited(.redrive(plan)) {
                await self.carryOut(plan, until: stop)
            } outcome: {
                $0.summary
            }
            self.tell(.redrove(outcome))
        } catch {
            self.tell(
                .redrove(
                    RedriveOutcome(plan: plan, report: RedriveReport(), ending: .failed(error))))
        }
    }

    /// Runs a plan to its end, or until `stop` ends.
    private func carryOut(
        _ plan: RedrivePlan, until stop: AsyncStream<Never>?
    ) async -> RedriveOutcome {
        let (runner, tell) = (RedriveRunner(link: self.link), self.tell)
        return await withTaskGroup(of: RedriveOutcome?.self) { tasks in
            tasks.addTask { await runner.run(plan) { tell(.redrove($0)) } }
            tasks.addTask {
                if let stop { for await _ in stop {} }
                return nil
            }
            var outcome: RedriveOutcome?
            // Whichever ends first, the other one is told to end, and both are waited for.
            for await ended in tasks {
                outcome = outcome ?? ended
                tasks.cancelAll()
            }
            guard let outcome else { preconditionFailure("a run always says how it ended") }
            return outcome
        }
    }
}
