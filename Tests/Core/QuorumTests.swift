import Core
import Messaging
import Testing

/// Quorum queues as a single node has them: how they are declared and what they refuse.
@Suite struct QuorumTests {
    static let quorum: FieldTable = ["x-queue-type": .string("quorum")]

    private func declared(_ declaration: QueueDeclaration) -> Refusal? {
        let broker = TestBroker()
        broker.send(.declareQueue(declaration))
        return broker.refusal()
    }

    private func declared(_ arguments: FieldTable) -> Refusal? {
        self.declared(
            QueueDeclaration(
                name: "q", isDurable: true,
                arguments: FieldTable(Self.quorum.fields + arguments.fields)))
    }

    @Test("It is durable, and says what it is")
    func declares() {
        let broker = TestBroker()
        broker.declare("q", durable: true, arguments: Self.quorum)
        #expect(broker.detail("q")?.type == "quorum")
        #expect(broker.detail("q")?.deliveryLimit == 20)
        #expect(broker.figures("q")?.traits.contains([.durable, .quorum]) == true)
        broker.declare("classic", durable: true)
        #expect(broker.detail("classic")?.type == "classic")
        #expect(broker.detail("classic")?.deliveryLimit == nil)
    }

    @Test(
        "It is no connection's own, and does not go by itself",
        arguments: [
            (false, false, false, "non-durable"), (true, true, false, "exclusive-owner"),
            (true, false, true, "auto-delete"), (false, true, true, "auto-delete"),
        ])
    func properties(isDurable: Bool, isExclusive: Bool, isAutoDelete: Bool, named: String) {
        let refusal = self.declared(
            QueueDeclaration(
                name: "q", isDurable: isDurable, isExclusive: isExclusive,
                isAutoDelete: isAutoDelete, arguments: Self.quorum))
        #expect(
            refusal?.text
                == "PRECONDITION_FAILED - invalid property '\(named)' for queue 'q' in vhost '/'")
    }

    @Test("The broker gives it no name")
    func serverNamed() {
        #expect(
            self.declared(QueueDeclaration(name: "", isDurable: true, arguments: Self.quorum))?
                .text
                == "PRECONDITION_FAILED - Cannot declare a server-named queue for type "
                + "rabbit_quorum_queue")
    }

    @Test(
        "Its own arguments are checked",
        arguments: [
            ("x-quorum-initial-group-size", FieldValue.int32(0), "{value_zero,0}"),
            ("x-quorum-initial-group-size", .int32(-1), "{value_negative,-1}"),
            ("x-max-in-memory-length", .int32(-1), "{value_negative,-1}"),
            ("x-max-in-memory-bytes", .string("1"), "\"expected integer, got longstr\""),
            ("x-dead-letter-strategy", .string("sometimes"), "invalid_dlx_strategy"),
            ("x-dead-letter-strategy", .bool(true), "{unacceptable_type,bool}"),
            ("x-queue-leader-locator", .string("nowhere"), "invalid_queue_locator_arg"),
        ])
    func invalid(key: String, value: FieldValue, reason: String) {
        #expect(
            self.declared([key: value])?.text
                == "PRECONDITION_FAILED - invalid arg '\(key)' for queue 'q' in vhost '/': "
                + reason)
    }

    @Test(
        "What a single node makes nothing of is taken",
        arguments: [
            ("x-quorum-initial-group-size", FieldValue.int32(3)),
            ("x-max-in-memory-length", .int32(0)), ("x-max-in-memory-bytes", .int64(1)),
            ("x-dead-letter-strategy", .string("at-least-once")),
            ("x-queue-leader-locator", .string("balanced")),
            ("x-delivery-limit", .string("any")), ("x-single-active-consumer", .bool(true)),
        ])
    func taken(key: String, value: FieldValue) {
        #expect(self.declared([key: value]) == nil)
    }

    @Test(
        "What only other types have is refused",
        arguments: ["x-max-priority", "x-queue-mode", "x-queue-version", "x-max-age"])
    func foreign(key: String) {
        #expect(
            self.declared([key: .int32(-1)])?.text
                == "PRECONDITION_FAILED - invalid arg '\(key)' for queue 'q' in vhost '/' of queue "
                + "type rabbit_quorum_queue")
    }

    @Test("A second declaration has to agree in type and limit")
    func equivalence() {
        let broker = TestBroker()
        let limited = FieldTable(
            Self.quorum.fields + [.init("x-delivery-limit", .int32(3))])
        broker.declare("q", durable: true, arguments: limited)
        broker.declare("q", durable: true, arguments: limited)
        #expect(broker.refusal() == nil)
        broker.declare("q", durable: true, arguments: Self.quorum)
        #expect(broker.refusal()?.text.contains("inequivalent arg 'x-delivery-limit'") == true)
        broker.send(.openChannel)
        broker.declare("q", durable: true)
        #expect(broker.refusal()?.text.contains("inequivalent arg 'x-queue-type'") == true)
    }

    @Test("A limit that all consumers of a channel share is refused")
    func sharedPrefetch() {
        let broker = TestBroker()
        broker.declare("q", durable: true, arguments: Self.quorum)
        broker.send(.setPrefetch(count: 1, bytes: 0, isGlobal: true))
        broker.consume("q", tag: "t")
        #expect(broker.refusal()?.code == .notImplemented)
        #expect(
            broker.refusal()?.text
                == "NOT_IMPLEMENTED - queue 'q' in vhost '/' does not support global qos")
    }

    @Test("It is deleted without conditions", arguments: [(true, false), (false, true)])
    func deletion(ifUnused: Bool, ifEmpty: Bool) {
        let broker = TestBroker()
        broker.declare("q", durable: true, arguments: Self.quorum)
        broker.send(.deleteQueue("q", ifUnused: ifUnused, ifEmpty: ifEmpty, isNoWait: false))
        #expect(
            broker.refusal()?.text
                == "NOT_IMPLEMENTED - cannot delete queue 'q' in vhost '/'. queue.delete "
                + "operations with \(ifUnused ? "if-unused" : "if-empty") flag set are not "
                + "supported by quorum queues")
        broker.connect(2)
        broker.send(
            .deleteQueue("q", ifUnused: false, ifEmpty: false, isNoWait: false), ConnectionID(2))
        #expect(broker.depth("q") == [])
    }

    @Test("What is published to it transient is durable all the same")
    func persistence() throws {
        let broker = TestBroker()
        broker.declare("q", durable: true, arguments: Self.quorum)
        broker.declare("classic", durable: true)
        broker.storeEffects = []
        broker.publish("a", to: "classic")
        #expect(broker.storeEffects == [])
        broker.publish("a", to: "q")
        let id = try #require(broker.id(of: "q"))
        guard case .append(id, let position) = broker.storeEffects.first else {
            Issue.record("nothing was appended durably")
            return
        }
        broker.storeEffects = []
        #expect(broker.get("q")?.body == "a")
        #expect(broker.storeEffects.first == .settle(id, position))
    }
}
