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
            let before = store.appendedBytes.count
            engine.publish(["transient"], key: "q", from: outlet)
            #expect(store.appendedBytes.count == before)
            engine.publish(["kept"], key: "q", properties: Self.persistent, from: outlet)
            #expect(store.appendedBytes.count == before + 1)
            let last = store.appendedBytes.last.map { String(decoding: $0, as: UTF8.self) }
            #expect(last?.contains("kept") == true)
        }
    }

    @Test("what was published while the disk fails is confirmed once it works again")
    func storeFails() async {
        let store = ScriptedStore()
        let engine = Engine.testing(store: store)
        let outlet = ScriptedOutlet(1)
        let error = StoreError.ioFailed(
            path: "/data", operation: "sync", reason: "Input/output error")
        await engine.run { engine in
            Self.prepare(outlet, engine)
            engine.publish(["m"], key: "q", properties: Self.persistent, from: outlet)
        }
        store.tell(.failing(error))
        await engine.run { engine in
            #expect(engine.health == .failing(error))
            #expect(outlet.closedWith == nil)
            #expect(!outlet.effects.contains(Self.confirm))
        }
        store.answerLast()
        store.tell(.fine)
        await engine.run { engine in
            #expect(engine.health == .fine)
            #expect(outlet.effects.contains(Self.confirm))
        }
    }

    @Test("a publisher that outruns the store is not read from until that has caught up")
    func storeBehind() async {
        let store = ScriptedStore()
        let engine = Engine.testing(store: store)
        let outlet = ScriptedOutlet(1)
        let body = String(repeating: "x", count: 1_048_576)
        await engine.run { engine in
            Self.prepare(outlet, engine)
            for _ in 0..<31 {
                engine.publish([body], key: "q", properties: Self.persistent, from: outlet)
            }
            #expect(!outlet.effects.contains(.stopReading))
            for _ in 0..<2 {
                engine.publish([body], key: "q", properties: Self.persistent, from: outlet)
            }
            #expect(outlet.effects.contains(.stopReading))
            #expect(!outlet.effects.contains(.startReading))
        }
        store.answerLast()
        await engine.run { _ in #expect(outlet.effects.last == .startReading) }
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
final class ScriptedStore: MessageStore {
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

    func tell(_ health: StoreHealth) {
        let events = self.state.withLock { $0.events }
        events?(.health(health))
    }

    var keepsChunks: Bool { true }

    func start(events: @escaping @Sendable (StoreEvent) -> Void) {
        self.state.withLock { $0.events = events }
    }

    func emptyBatch() -> StoreBatch { StoreBatch() }

    func append(_ batch: consuming StoreBatch) -> StoreReceipt {
        let (number, bytes) = (batch.commit, batch.contents)
        self.state.withLock { state in
            state.appended.append(bytes)
            state.last = number
        }
        return .pending
    }

    func keep(_ chunk: ChunkLoad, bytes: UnsafeRawBufferPointer) {}
    func load(_ chunk: ChunkLoad) {}
    func release(_ chunk: ChunkLoad) {}
    func stop(cursors: [DeliveryCursor]) async {}
}
