import Core
import Engine
import Messaging
import Store
import Testing

/// Who publishes without a connection learns when it is on the disk.
@Suite("Waiting until it is durable", .timeLimit(.minutes(5)))
struct DurableTests {
    /// An engine with a durable queue whose declaration the store has done, and one message that
    /// it has not.
    private static func engine(_ store: ScriptedStore) async -> Engine {
        let engine = Engine.testing(store: store)
        let outlet = ScriptedOutlet(1)
        await engine.run { engine in
            _ = engine.open(outlet)
            engine.send(
                [.declareQueue(QueueDeclaration(name: "q", isDurable: true))], from: outlet)
        }
        store.answerLast()
        var message = Message(exchange: "", routingKey: "q", body: [1])
        message.properties.deliveryMode = MessageProperties.DeliveryMode.persistent.rawValue
        #expect(await engine.becomesDurable())
        #expect(await engine.publish(message) == 1)
        return engine
    }

    @Test("It is over when the store says so, and not before")
    func waits() async {
        let store = ScriptedStore()
        let engine = await Self.engine(store)
        async let isDurable = engine.becomesDurable()
        store.answerLast()
        #expect(await isDurable)
        #expect(await engine.becomesDurable(), "nothing is outstanding any more")
    }

    @Test("It is over when the disk fails, and says that nobody knows")
    func fails() async {
        let store = ScriptedStore()
        let engine = await Self.engine(store)
        store.tell(
            .failing(.ioFailed(path: "/data", operation: "sync", reason: "Input/output error")))
        #expect(await !engine.becomesDurable())
    }
}
