import Core
import Messaging
import Testing

/// What is declared while the disk takes nothing: it is answered at once.
@Suite struct FullDiskTests {
    private static let low = DiskState.low(freeBytes: 0, limitBytes: 50)
    private static let declarations: [(Command, String)] = [
        (
            .declareQueue(QueueDeclaration(name: "new", isDurable: true)),
            "cannot declare durable queue 'new' in vhost '/': the disk is full"
        ),
        (
            .declareExchange(
                ExchangeDeclaration(name: "new", type: "fanout", isDurable: true)),
            "cannot declare durable exchange 'new' in vhost '/': the disk is full"
        ),
        (
            .bind(BindingRequest(.queue("old"), to: "amq.fanout", routingKey: "new")),
            "cannot declare a binding of exchange 'amq.fanout' in vhost '/': the disk is full"
        ),
    ]

    private func broker() -> TestBroker {
        let broker = TestBroker()
        broker.declare("old", durable: true)
        broker.send(.bind(BindingRequest(.queue("old"), to: "amq.fanout", routingKey: "")))
        return broker
    }

    @Test("what is to outlive the process is refused with 506", arguments: 0..<3)
    func refused(number: Int) {
        let (command, reason) = Self.declarations[number]
        let broker = self.broker()
        broker.broker.setDisk(Self.low, isFull: true)
        broker.send(command)
        #expect(broker.refusal()?.code == .resourceError)
        #expect(broker.refusal()?.text == "RESOURCE_ERROR - \(reason)")
    }

    @Test("a disk that is low takes it, and one that is well again too", arguments: 0..<3)
    func taken(number: Int) {
        for state in [Self.low, .fine] {
            let broker = self.broker()
            broker.broker.setDisk(Self.low, isFull: true)
            broker.broker.setDisk(state)
            broker.send(Self.declarations[number].0)
            #expect(broker.refusal() == nil)
        }
    }

    @Test("one that fails takes nothing either")
    func failing() {
        let broker = self.broker()
        broker.broker.setDisk(.failing(reason: "EIO"))
        broker.send(Self.declarations[0].0)
        #expect(
            broker.refusal()?.text == "RESOURCE_ERROR - cannot declare durable queue 'new' in "
                + "vhost '/': the disk fails")
    }

    @Test("what is there already and what goes with the process is declared as ever")
    func others() {
        let broker = self.broker()
        broker.broker.setDisk(Self.low, isFull: true)
        broker.send(.declareQueue(QueueDeclaration(name: "old", isDurable: true)))
        broker.send(.declareQueue(QueueDeclaration(name: "transient", isDurable: false)))
        broker.send(.bind(BindingRequest(.queue("old"), to: "amq.fanout", routingKey: "")))
        broker.send(.deleteQueue("old", ifUnused: false, ifEmpty: false, isNoWait: false))
        #expect(broker.refusal() == nil)
        #expect(broker.figures("old") == nil)
        #expect(broker.broker.alarms == .diskFull)
    }

    @Test("what an earlier process left is taken over whatever the disk is")
    func restored() {
        var broker = Broker(seed: 1)
        broker.setDisk(Self.low, isFull: true)
        var stored = StoredDefinitions()
        stored.hosts = [.default]
        stored.exchanges = [
            .init(
                host: .default,
                declaration: ExchangeDeclaration(name: "e", type: "fanout", isDurable: true))
        ]
        let now = Timestamp(microseconds: 1)
        #expect(broker.restore(stored, RecoveredContents(), now: now).isEmpty)
        #expect(broker.alarms == .diskFull)
    }
}
