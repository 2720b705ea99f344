import BrokerLink
import Messaging
import Synchronization

/// A link whose answers a test writes down beforehand, and which remembers what it was asked.
///
/// A sample or page that is asked for more often than answers were given gets the last one again.
package final class FakeLink: BrokerLink {
    /// What was asked of it.
    package enum Call: Hashable, Sendable {
        case probe, sample, clients, close
        case detail(QueueName)
        case browse(BrowseRequest)
        case publish(Message)
        case purge(QueueName)
        case delete([MessageID], QueueName)
        case deleteQueue(QueueName, ifUnused: Bool, ifEmpty: Bool)
        case closeConnection(ConnectionID, reason: String)
        case cancelConsumer(ClientConsumer.ID)
        case setBreaker(QueueName, isOpen: Bool)
        case redrive(RedriveRequest)
        case replay(ReplayRequest)
    }

    /// What it answers.
    package struct Script: Sendable {
        package var identity: Result<BrokerIdentity, LinkError> = .success(.fake())
        /// One after the other; the last one is answered for ever.
        package var samples: [Result<BrokerSample, LinkError>] = []
        package var detail: @Sendable (QueueName) -> Result<QueueDetail, LinkError> = {
            .success(QueueDetail(name: $0))
        }
        package var clients: Result<ClientRoster, LinkError> = .success(
            ClientRoster(at: .testStart))
        package var browse: @Sendable (BrowseRequest) -> Result<BrowsePage, LinkError> = {
            .success(BrowsePage(queue: $0.queue, messages: [], hasMore: false))
        }
        /// How many messages an act is about.
        package var count: Result<Int, LinkError> = .success(0)
        /// How many messages a removal is about; nil answers ``count``.
        package var remove: (@Sendable ([MessageID], QueueName) -> Result<Int, LinkError>)?
        /// The events of a redrive; the stream ends after them unless ``redriveStaysOpen``.
        package var redrive: @Sendable (RedriveRequest) -> [RedriveEvent] = { _ in
            [.finished(RedriveReport())]
        }
        package var redriveStaysOpen = false
        /// The events of a replay; the stream ends after them unless ``replayStaysOpen``.
        package var replay: @Sendable (ReplayRequest) -> [ReplayEvent] = { _ in
            [.finished(ReplayReport())]
        }
        package var replayStaysOpen = false
        /// Called in each call before it answers, so that a test can look around or hold it up.
        package var beforeAnswer: @Sendable (Call) async -> Void = { _ in }

        package init() {}
    }

    private struct State {
        var script: Script
        var calls: [Call] = []
        var samplesUnderWay = 0
        var samplesUnderWayMax = 0
    }

    private let state: Mutex<State>
    private let callsSeen = Signal()

    package init(_ script: Script = Script()) {
        self.state = Mutex(State(script: script))
    }

    /// Everything that was asked, in order.
    package var calls: [Call] { self.state.withLock { $0.calls } }

    /// The most samples that were under way at one moment.
    package var samplesUnderWayMax: Int { self.state.withLock { $0.samplesUnderWayMax } }

    /// Changes what is answered from now on.
    package func rewrite(_ change: @Sendable (inout Script) -> Void) {
        self.state.withLock { change(&$0.script) }
    }

    /// Returns once the calls so far satisfy a condition.
    package func waitUntil(_ condition: @Sendable ([Call]) -> Bool) async {
        await self.callsSeen.wait { condition(self.calls) }
    }

    package func probe() async throws(LinkError) -> BrokerIdentity {
        try await self.asked(.probe).identity.get()
    }

    package func sample() async throws(LinkError) -> BrokerSample {
        self.state.withLock {
            $0.samplesUnderWay += 1
            $0.samplesUnderWayMax = max($0.samplesUnderWayMax, $0.samplesUnderWay)
        }
        _ = await self.asked(.sample)
        let answer = self.state.withLock { state -> Result<BrokerSample, LinkError> in
            state.samplesUnderWay -= 1
            guard let first = state.script.samples.first else {
                return .failure(.disconnected(reason: "the script has no samples"))
            }
            if state.script.samples.count > 1 { state.script.samples.removeFirst() }
            return first
        }
        return try answer.get()
    }

    package func detail(of queue: QueueName) async throws(LinkError) -> QueueDetail {
        try await self.asked(.detail(queue)).detail(queue).get()
    }

    package func clients() async throws(LinkError) -> ClientRoster {
        try await self.asked(.clients).clients.get()
    }

    package func browse(_ request: BrowseRequest) async throws(LinkError) -> BrowsePage {
        try await self.asked(.browse(request)).browse(request).get()
    }

    package func publish(_ message: Message) async throws(LinkError) -> Bool {
        _ = await self.asked(.publish(message))
        return true
    }

    package func purge(_ queue: QueueName) async throws(LinkError) -> Int {
        try await self.asked(.purge(queue)).count.get()
    }

    package func delete(
        _ messages: [MessageID], from queue: QueueName
    ) async throws(LinkError) -> Int {
        let script = await self.asked(.delete(messages, queue))
        return try (script.remove?(messages, queue) ?? script.count).get()
    }

    package func deleteQueue(
        _ queue: QueueName, ifUnused: Bool, ifEmpty: Bool
    ) async throws(LinkError) -> Int {
        let call = Call.deleteQueue(queue, ifUnused: ifUnused, ifEmpty: ifEmpty)
        return try await self.asked(call).count.get()
    }

    package func closeConnection(
        _ connection: ConnectionID, reason: String
    ) async throws(LinkError) -> Int? {
        try await self.asked(.closeConnection(connection, reason: reason)).count.get()
    }

    package func cancelConsumer(
        _ consumer: ClientConsumer.ID
    ) async throws(LinkError) -> Int {
        try await self.asked(.cancelConsumer(consumer)).count.get()
    }

    package func setBreaker(_ queue: QueueName, isOpen: Bool) async throws(LinkError) {
        _ = try await self.asked(.setBreaker(queue, isOpen: isOpen)).count.get()
    }

    package func redrive(_ request: RedriveRequest) -> AsyncStream<RedriveEvent> {
        let script = self.remember(.redrive(request))
        return AsyncStream { events in
            for event in script.redrive(request) { events.yield(event) }
            if !script.redriveStaysOpen { events.finish() }
        }
    }

    package func replay(_ request: ReplayRequest) -> AsyncStream<ReplayEvent> {
        let script = self.remember(.replay(request))
        return AsyncStream { events in
            for event in script.replay(request) { events.yield(event) }
            if !script.replayStaysOpen { events.finish() }
        }
    }

    package func close() async { _ = await self.asked(.close) }

    private func asked(_ call: Call) async -> Script {
        let script = self.remember(call)
        await script.beforeAnswer(call)
        return script
    }

    private func remember(_ call: Call) -> Script {
        let script = self.state.withLock { state in
            state.calls.append(call)
            return state.script
        }
        self.callsSeen.notify()
        return script
    }
}
