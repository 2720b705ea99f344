import Core
import Messaging
import Testing

/// Further routing keys in the headers CC and BCC.
@Suite struct CarbonCopyTests {
    private func broker(_ queues: String...) -> TestBroker {
        let broker = TestBroker()
        for queue in queues { broker.declare(queue) }
        return broker
    }

    private func copies(_ cc: [String], _ bcc: [String] = []) -> MessageProperties {
        var headers: FieldTable = ["mine": .bool(true)]
        if !cc.isEmpty { headers["CC"] = .array(cc.map(FieldValue.string)) }
        if !bcc.isEmpty { headers["BCC"] = .array(bcc.map(FieldValue.string)) }
        return .headers(headers)
    }

    @Test("Each queue that any key leads to gets it once, and sees CC and not BCC")
    func routing() {
        let broker = self.broker("a", "b", "c", "d")
        let properties = self.copies(["b", "a", "none"], ["c", "b"])
        broker.publish("m", to: "a", properties: properties)
        for name in ["a", "b", "c"] {
            let record = broker.browse(name)
            #expect(record.map(\.text) == ["m"], "\(name)")
            #expect(
                record.map(\.message.properties) == [self.copies(["b", "a", "none"])], "\(name)")
            #expect(record.map(\.message.routingKey) == ["a"], "\(name)")
        }
        #expect(broker.depth("d") == [0, 0])
    }

    @Test("A message that no key of its own leads anywhere is routable by its copies")
    func onlyCopies() {
        let broker = self.broker("a")
        _ = broker.takeEffects()
        let properties = self.copies([], ["a"])
        let before = broker.broker.sample(now: broker.now).unroutableTotal
        broker.add("m", to: "none", properties: properties, isMandatory: true)
        broker.finish()
        #expect(broker.takeEffects() == [])
        #expect(broker.depth("a") == [1, 0])
        #expect(broker.broker.sample(now: broker.now).unroutableTotal == before)
    }

    @Test("Copies follow the rules of the exchange")
    func topic() {
        let broker = self.broker("q")
        broker.bind("q", to: "amq.topic", key: "a.*")
        broker.publish("1", to: "x", exchange: "amq.topic", properties: self.copies(["a.b"]))
        broker.publish("2", to: "x", exchange: "amq.topic", properties: self.copies(["a"], ["a.c"]))
        broker.publish("3", to: "x", exchange: "amq.topic", properties: self.copies(["b.a"]))
        #expect(broker.drain("q") == ["1", "2"])
    }

    @Test(
        "A header of that name is an array, or the message is refused",
        arguments: [
            ("CC", FieldValue.string("a"), "longstr"), ("BCC", .bool(true), "bool"),
            ("BCC", .table([:]), "table"),
        ])
    func wrongType(name: String, value: FieldValue, type: String) {
        let broker = self.broker("a")
        broker.publish("m", to: "a", properties: .headers(FieldTable([.init(name, value)])))
        #expect(
            broker.refusal()?.text == "PRECONDITION_FAILED - invalid message: "
                + "{unacceptable_type_in_header,\"\(name)\",\(type)}")
        #expect(broker.depth("a") == [0, 0])
    }

    @Test("What is no text in the array is passed over, and other names mean nothing")
    func oddEntries() {
        let broker = self.broker("a", "b")
        let odd: FieldTable = [
            "CC": .array([.int32(1), .string("b"), .array([.string("c")])]),
            "XCC": .string("b"), "cc": .string("b"),
        ]
        broker.publish("m", to: "a", properties: .headers(odd))
        #expect(broker.browse("b").map(\.message.properties.headers) == [odd])
    }

    // MARK: Dead letters

    /// A queue `work` that dead-letters to an exchange where each of the queues has a key, which
    /// is `to-` and its name; `work` is the key of `work-dead`.
    private func dying(_ further: FieldTable = [:], _ queues: String...) -> TestBroker {
        let broker = TestBroker()
        broker.declareExchange("dlx", "direct")
        broker.declare(
            "work",
            arguments: FieldTable(
                [.init("x-dead-letter-exchange", .string("dlx"))] + further.fields))
        for queue in queues {
            broker.declare(queue)
            broker.bind(queue, to: "dlx", key: "to-\(queue)")
        }
        broker.bind("work-dead", to: "dlx", key: "work")
        return broker
    }

    private func reject(_ broker: TestBroker) {
        if let message = broker.get("work", autoAck: false) {
            broker.reject(message.tag, requeue: false)
        }
    }

    @Test("A message that dies goes by its key, its CC and its BCC, and BCC stays unseen")
    func dead() throws {
        let broker = self.dying([:], "work-dead", "cc", "bcc")
        broker.publish("m", to: "work", properties: self.copies(["to-cc"], ["to-bcc"]))
        self.reject(broker)
        for name in ["work-dead", "cc", "bcc"] {
            let record = try #require(broker.browse(name).first, "\(name)")
            #expect(record.message.properties.headers?["BCC"] == nil)
            #expect(record.message.properties.headers?["CC"] == .array([.string("to-cc")]))
            #expect(record.deaths.first?.routingKeys == ["work", "to-cc"])
        }
        #expect(broker.figures("work")?.dead == 3)
    }

    @Test("With a key of the queue's own, the copies end there")
    func overridden() {
        let broker = self.dying(
            ["x-dead-letter-routing-key": .string("work")], "work-dead", "cc", "bcc")
        broker.publish("m", to: "work", properties: self.copies(["to-cc"], ["to-bcc"]))
        self.reject(broker)
        #expect(broker.depth("work-dead") == [1, 0])
        #expect(broker.depth("cc") == [0, 0] && broker.depth("bcc") == [0, 0])
        #expect(broker.browse("work-dead").first?.message.properties.headers?["CC"] == nil)
    }

    @Test("Blind keys outlast several deaths, expiry, eviction and a long list of them")
    func outlasting() throws {
        let keys = (0..<300).map { "\($0)" } + [String(repeating: "k", count: 255), "to-bcc"]
        let broker = TestBroker()
        broker.declareExchange("dlx", "direct")
        broker.declareExchange("again", "direct")
        broker.declare(
            "work",
            arguments: [
                "x-dead-letter-exchange": .string("again"), "x-message-ttl": .int32(10),
            ])
        broker.declare("middle", arguments: ["x-dead-letter-exchange": .string("dlx")])
        broker.bind("middle", to: "again", key: "work")
        broker.declare("bcc")
        broker.bind("bcc", to: "dlx", key: "to-bcc")
        let padding = String(repeating: "x", count: 200_000)
        broker.publish("1 " + padding, to: "work", properties: self.copies([], keys))
        broker.publish("2 " + padding, "3 " + padding, to: "work")
        broker.loadsAtOnce = true
        #expect(broker.evict("work") > 0)
        broker.advance(milliseconds: 10)
        let held = try #require(broker.get("middle", autoAck: false))
        broker.reject(held.tag, requeue: false)
        #expect(broker.patientBrowse("bcc").map(\.number) == [1])
    }

    @Test("A message keeps its blind keys through a transaction and a refusal with dead letters")
    func refused() {
        let broker = self.dying(
            ["x-overflow": .string("reject-publish-dlx"), "x-max-length": .int32(0)], "work-dead",
            "bcc")
        broker.send(.selectTransactions)
        broker.publish("m", to: "work", properties: self.copies([], ["to-bcc"]))
        broker.send(.commitTransaction)
        #expect(broker.depth("work-dead") == [1, 0])
        #expect(broker.depth("bcc") == [1, 0])
    }
}
