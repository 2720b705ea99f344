import Core
import Engine
import Messaging
import Store
import Synchronization
import Testing

/// What the engine owes to a store that takes its time.
@Suite("Store")
struct StoreTests {
    private static let persistent: MessageProperties = {
        var properties = MessageProperties()
        properties.deliveryMode = MessageProperties.DeliveryMode.persistent.rawValue
        return properties
    }()

    private static let confirm = Effect.confirm(
        ChannelNumber(1), DeliveryTag(1), isMultiple: false)

    @Test("a confirm waits until the store says durable")
    func confirmWaits() async {
        let store = ScriptedStore()
        let engine = Engine.testing(store: store)
        let outlet = ScriptedOutlet(1)
        await engine.run { engine in
            Self.prepare(outlet, engine)
            engine.publish(["m"], key: "q", properties: Self.persistent, from: outlet)
            #expect(!outlet.effects.contains(Self.confirm))
        }
        store.answerLast()
        // The answer was given to the loop before this is, so it has been heard.
        await engine.run { _ in #expect(outlet.effects.contains(Self.confirm)) }
    }

    @Test("the store gets the record of a persistent message, and none of a transient one")
    func whatIsStored() async {
        let store = ScriptedStore()
        let engine = Engine.testing(store: store)
        let outlet = ScriptedOutlet(1)
        await engine.run { engine in
            Self.prepare(outlet, engine)
            engine.publish(["transient"], key: "q", from: outlet)
            #expect(store.appendedBytes.isEmpty)
            engine.publish(["kept"], key: "q", properties: Self.persistent, from: outlet)
            #expect(store.appendedBytes.count == 1)
            #expect(
                store.appendedBytes.first.map { String(decoding: $0, as: UTF8.self) }?
                    .contains("kept") == true)
        }
    }

    @Test("when the store fails, connections are closed and nothing is confirmed")
    func storeFails() async {
        let store = ScriptedStore()
        let engine = Engine.testing(store: store)
        let outlet = ScriptedOutlet(1)
        await engine.run { engine in
            Self.prepare(outlet, engine)
            engine.publish(["m"], key: "q", properties: Self.persistent, from: outlet)
        }
        store.fail(.ioFailed(path: "/data", operation: "sync", reason: "Input/output error"))
        await engine.run { _ in
            #expect(outlet.closedWith == .internalError)
            #expect(!outlet.effects.contains(Self.confirm))
        }
    }

    /// A durable queue `q` and a channel with confirms.
    private static func prepare(_ outlet: ScriptedOutlet, _ engine: isolated Engine) {
        _ = engine.open(outlet)
        engine.send(
            [.declareQueue(.init(name: "q", isDurable: true)), .selectConfirms(isNoWait: true)],
            from: outlet)
    }
}

/// A store that answers when the test says so.
private final class ScriptedStore: MessageStore {
    private struct State {
        var events: (@Sendable (StoreEvent) -> Void)?
        var last = CommitNumber(0)
        var appended: [[UInt8]] = []
    }

    private let state = Mutex(State())

    var appendedBytes: [[UInt8]] { self.state.withLock { $0.appended } }

    func answerLast() {
        let (events, last) = self.state.withLock { ($0.events, $0.last) }
        events?(.durable(upTo: last))
    }

    func fail(_ error: StoreError) {
        let events = self.state.withLock { $0.events }
        events?(.failed(error))
    }

    func start(events: @escaping @Sendable (StoreEvent) -> Void) {
        self.state.withLock { $0.events = events }
    }

    func append(_ batch: borrowing StoreBatch) -> StoreReceipt {
        let records = batch.entries.compactMap { entry -> [UInt8]? in
            guard case .append(_, _, let record) = entry else { return nil }
            return Array(record)
        }
        let number = batch.number
        self.state.withLock { state in
            state.appended += records
            state.last = number
        }
        return .pending
    }

    func keep(_ chunk: ChunkID, of queue: QueueID, bytes: UnsafeRawBufferPointer) {}
    func load(_ chunk: ChunkID, of queue: QueueID) {}
    func release(_ chunk: ChunkID, of queue: QueueID) {}
    func stop() async {}
}
