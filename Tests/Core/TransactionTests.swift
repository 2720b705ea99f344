import Core
import Messaging
import Testing

/// Publishes and settles that wait for their commit.
@Suite struct TransactionTests {
    /// A broker whose channel 1 is transactional, and a queue `q` with what a second connection
    /// published into it.
    private func broker(_ bodies: String..., arguments: FieldTable = [:]) -> TestBroker {
        let broker = TestBroker()
        broker.declare("q", arguments: arguments)
        let second = broker.connect(2)
        for body in bodies { broker.add(body, to: "q", second) }
        broker.send(.selectTransactions)
        _ = broker.takeEffects()
        return broker
    }

    private func take(_ broker: TestBroker, _ count: Int) {
        for _ in 0..<count { _ = broker.get("q", autoAck: false) }
        _ = broker.takeEffects()
        _ = broker.deliveries()
    }

    // MARK: Publishes

    @Test("What is published lies nowhere until the commit, and then in its order")
    func publish() {
        let broker = self.broker()
        broker.publish("a", "b", to: "q")
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.takeEffects() == [])
        broker.send(.commitTransaction)
        #expect(broker.replies() == [.transactionCommitted])
        #expect(broker.browse("q").map(\.text) == ["a", "b"])
        broker.send(.commitTransaction)
        #expect(broker.depth("q") == [2, 0], "an empty transaction commits nothing twice")
    }

    @Test("A rollback forgets it, and the next transaction begins empty")
    func rollback() {
        let broker = self.broker()
        let before = broker.memory
        broker.publish("a", to: "q")
        #expect(broker.memory > before)
        broker.send(.rollBackTransaction)
        #expect(broker.replies() == [.transactionRolledBack])
        #expect(broker.memory == before)
        broker.publish("b", to: "q")
        broker.send(.commitTransaction)
        #expect(broker.drain("q") == ["b"])
    }

    @Test("Properties, keys and bodies of any size come out as they went in")
    func content() {
        let broker = self.broker()
        let big = String(repeating: "x", count: 300_000)
        var properties = MessageProperties.headers(["h": .bool(true)])
        properties.priority = 3
        broker.publish("", big, to: "q", properties: properties)
        broker.send(.commitTransaction)
        let records = broker.browse("q")
        #expect(records.map(\.bodyBytes) == [0, 300_000])
        #expect(records.map(\.message.properties) == [properties, properties])
        #expect(broker.drain("q") == ["", big])
    }

    @Test("A message is routed when it is published, and to what is left of that at the commit")
    func routing() {
        let broker = self.broker()
        for name in ["gone", "kept"] {
            broker.declare(name)
            broker.bind(name, to: "amq.fanout")
        }
        broker.publish("a", to: "", exchange: "amq.fanout")
        broker.declare("late")
        broker.bind("late", to: "amq.fanout")
        broker.deleteQueue("gone")
        broker.declare("gone")
        _ = broker.takeEffects()
        broker.send(.commitTransaction)
        #expect(broker.takeEffects() == [.reply(broker.channel, .transactionCommitted)])
        #expect(broker.depth("kept") == [1, 0])
        #expect(broker.depth("late") == [0, 0])
        #expect(broker.depth("gone") == [0, 0], "another queue, though it has the name")
    }

    @Test("A mandatory message comes back with the commit, unless its queue went meanwhile")
    func mandatory() {
        let broker = self.broker()
        broker.declare("gone")
        _ = broker.takeEffects()
        broker.add("lost", to: "nowhere", isMandatory: true)
        broker.add("routed", to: "gone", isMandatory: true)
        broker.finish()
        #expect(broker.takeEffects() == [])
        broker.deleteQueue("gone")
        _ = broker.takeEffects()
        broker.send(.commitTransaction)
        let effects = broker.takeEffects()
        #expect(effects.count == 2)
        guard case .returned(_, let returned) = effects.first else {
            Issue.record("nothing came back")
            return
        }
        #expect(String(decoding: returned.body, as: UTF8.self) == "lost")
        #expect(effects.last == .reply(broker.channel, .transactionCommitted))
    }

    @Test("The answer to a commit waits until it is durable")
    func durable() {
        let broker = self.broker()
        broker.declare("d", durable: true)
        broker.commitsAtOnce = false
        broker.publish("a", to: "d", properties: .persistent)
        broker.storeEffects = []
        _ = broker.takeEffects()
        broker.send(.commitTransaction)
        #expect(broker.depth("d") == [1, 0])
        #expect(broker.replies() == [])
        guard case .commit(let number, _) = broker.storeEffects.last else {
            Issue.record("nothing is to become durable")
            return
        }
        broker.broker.durable(upTo: number)
        broker.finish()
        #expect(broker.replies() == [.transactionCommitted])
    }

    @Test("What a full queue refuses fails the transaction, after the rest was done")
    func refused() {
        let broker = self.broker(
            "a", arguments: ["x-overflow": .string("reject-publish"), "x-max-length": .int32(1)])
        broker.declare("other")
        broker.publish("b", to: "q")
        broker.publish("c", to: "other")
        broker.send(.commitTransaction)
        #expect(
            broker.refusal()
                == Refusal(
                    code: .preconditionFailed, text: "PRECONDITION_FAILED - partial tx completion",
                    cause: .commitTransaction))
        #expect(broker.depth("other") == [1, 0])
    }

    // MARK: Settles

    @Test("An ack counts from the commit on; until then the message is unacked")
    func ack() {
        let broker = self.broker("a", "b", "c")
        self.take(broker, 3)
        broker.ack(2, multiple: true)
        #expect(broker.depth("q") == [0, 3])
        #expect(broker.figures("q")?.tally.acked == 0)
        #expect(broker.browse("q").map(\.isUnacked) == [true, true, true])
        broker.send(.commitTransaction)
        #expect(broker.depth("q") == [0, 1])
        #expect(broker.figures("q")?.tally.acked == 2)
    }

    @Test("A rollback holds them as unacked again, in their order")
    func rollBackAcks() {
        let broker = self.broker("a", "b", "c", "d")
        self.take(broker, 4)
        broker.ack(3)
        broker.ack(1)
        broker.send(.nack(DeliveryTag(4), isMultiple: false, isRequeue: true))
        broker.send(.rollBackTransaction)
        #expect(broker.depth("q") == [0, 4])
        broker.ack(2, multiple: true)
        broker.send(.commitTransaction)
        #expect(broker.browse("q").map(\.text) == ["c", "d"])
        broker.ack(3)
        broker.ack(4)
        broker.send(.commitTransaction)
        #expect(broker.depth("q") == [0, 0])
        #expect(broker.refusal() == nil)
    }

    @Test("What is settled in a transaction is held no more, and cannot be settled again")
    func settledTwice() {
        let broker = self.broker("a")
        self.take(broker, 1)
        broker.ack(1)
        broker.ack(1)
        #expect(broker.refusal()?.text == "PRECONDITION_FAILED - unknown delivery tag 1")
        #expect(broker.depth("q") == [1, 0], "the channel closed before a commit")
    }

    @Test("Nacks requeue and dead-letter with the commit")
    func nack() {
        let broker = self.broker("a", "b", "c", arguments: .dying(into: "dead"))
        broker.declare("dead")
        self.take(broker, 3)
        broker.reject(1, requeue: true)
        broker.send(.nack(DeliveryTag(0), isMultiple: true, isRequeue: false))
        #expect(broker.depth("q") == [0, 3])
        #expect(broker.depth("dead") == [0, 0])
        broker.send(.commitTransaction)
        #expect(broker.browse("q").map(\.text) == ["a"])
        #expect(broker.browse("dead").map(\.text) == ["b", "c"])
    }

    @Test("A consumer's room comes with the commit, and not with the ack")
    func prefetch() {
        let broker = self.broker("a", "b")
        broker.send(.setPrefetch(count: 1, bytes: 0, isGlobal: false))
        broker.consume("q", tag: "t")
        #expect(broker.deliveries() == ["a"])
        broker.ack(1)
        #expect(broker.deliveries() == [])
        broker.send(.rollBackTransaction)
        #expect(broker.deliveries() == [])
        broker.ack(1)
        broker.send(.commitTransaction)
        #expect(broker.deliveries() == ["b"])
    }

    @Test("A recover puts back what was not settled, and leaves the rest to the transaction")
    func recover() {
        let broker = self.broker("a", "b")
        self.take(broker, 2)
        broker.ack(1)
        broker.send(.recover(isRequeue: true, isAsync: false))
        #expect(broker.depth("q") == [1, 1])
        broker.send(.commitTransaction)
        #expect(broker.drain("q") == ["b"])
    }

    // MARK: The end

    @Test("A channel that ends without a commit puts everything back, in order", arguments: 0...2)
    func close(way: Int) {
        let broker = self.broker("a", "b", "c", "d")
        let before = broker.memory
        self.take(broker, 4)
        broker.ack(1)
        broker.reject(3, requeue: false)
        broker.publish("never", to: "q")
        switch way {
        case 0: broker.send(.closeChannel)
        case 1: broker.send(.dropChannel)
        default:
            broker.broker.connectionClosed(broker.first, now: broker.now)
            broker.finish()
        }
        #expect(broker.depth("q") == [4, 0])
        #expect(broker.browse("q").map(\.text) == ["a", "b", "c", "d"])
        #expect(broker.memory == before)
    }

    @Test("Transactions and confirms exclude one another, and a commit needs a transaction")
    func modes() {
        func refusal(_ commands: Command...) -> String? {
            let broker = TestBroker()
            for command in commands { broker.send(command) }
            return broker.refusal()?.text
        }
        #expect(
            refusal(.selectTransactions, .selectConfirms(isNoWait: false))
                == "PRECONDITION_FAILED - cannot switch from tx to confirm mode")
        #expect(
            refusal(.selectConfirms(isNoWait: false), .selectTransactions)
                == "PRECONDITION_FAILED - cannot switch from confirm to tx mode")
        for command in [Command.commitTransaction, .rollBackTransaction] {
            #expect(
                refusal(command) == "PRECONDITION_FAILED - channel is not transactional")
        }
        #expect(refusal(.selectTransactions, .selectTransactions, .commitTransaction) == nil)
    }

    @Test("Selecting again keeps what is under way")
    func selectAgain() {
        let broker = self.broker()
        broker.publish("a", to: "q")
        broker.send(.selectTransactions)
        broker.send(.commitTransaction)
        #expect(broker.drain("q") == ["a"])
    }

    @Test("Taken, committed and acked, everything leaves the memory as it was")
    func memory() {
        let broker = self.broker()
        let before = broker.memory
        for _ in 0..<3 {
            for number in 0..<500 { broker.add("\(number)", to: "q") }
            broker.send(.commitTransaction)
            for _ in 0..<500 { _ = broker.get("q", autoAck: false) }
            broker.ack(0, multiple: true)
            broker.send(.commitTransaction)
        }
        #expect(broker.depth("q") == [0, 0])
        broker.deleteQueue("q")
        #expect(broker.memory <= before)
    }
}
