import Core
import Messaging
import Testing

@Suite struct PublishTests {
    private func confirms(_ broker: TestBroker) -> [String] {
        broker.takeEffects().compactMap { effect in
            guard case .confirm(_, let tag, let isMultiple) = effect else { return nil }
            return isMultiple ? "≤\(tag.number)" : "\(tag.number)"
        }
    }

    @Test("A batch of publishes is confirmed with one multiple confirm")
    func coalescedConfirms() {
        let broker = TestBroker()
        broker.declare("q")
        broker.send(.selectConfirms(isNoWait: false))
        broker.publish("a", "b", "c", to: "q")
        #expect(self.confirms(broker) == ["≤3"])
        broker.publish("d", to: "q")
        #expect(self.confirms(broker) == ["4"])
    }

    @Test("Persistent messages in durable queues are confirmed once their commit is durable")
    func durableConfirms() throws {
        let broker = TestBroker()
        broker.commitsAtOnce = false
        broker.declare("q", durable: true)
        broker.send(.selectConfirms(isNoWait: false))
        _ = broker.takeEffects()
        var persistent = MessageProperties()
        persistent.deliveryMode = 2
        broker.publish("a", to: "q", properties: persistent)
        broker.publish("b", to: "q")
        broker.publish("c", to: "q", properties: persistent)
        #expect(self.confirms(broker) == ["2"], "what needs no disk does not wait")
        let commits = broker.storeEffects.compactMap { effect -> CommitNumber? in
            guard case .commit(let number, _) = effect else { return nil }
            return number
        }
        try #require(commits.count == 3, "the declaration and two publishes")
        broker.broker.durable(upTo: commits[1])
        broker.finish()
        #expect(self.confirms(broker) == ["≤2"])
        broker.broker.durable(upTo: commits[2])
        broker.finish()
        #expect(self.confirms(broker) == ["3"])
    }

    @Test("A commit holds the batch's appends and settles, in order")
    func commit() throws {
        let broker = TestBroker()
        broker.declare("q", durable: true)
        broker.storeEffects = []
        var persistent = MessageProperties()
        persistent.deliveryMode = 2
        broker.publish("a", "b", to: "q", properties: persistent)
        _ = broker.get("q")
        let kinds = broker.storeEffects.map { effect in
            switch effect {
            case .append: "append"
            case .settle: "settle"
            case .commit: "commit"
            case .settleReady, .loadChunk, .keepChunk, .releaseChunk, .note, .define: "other"
            }
        }
        #expect(kinds == ["append", "append", "commit", "settle", "commit"])
    }

    @Test("A mandatory message that reaches no queue comes back before its confirm")
    func mandatory() throws {
        let broker = TestBroker()
        broker.send(.selectConfirms(isNoWait: true))
        broker.add("lost", to: "nowhere", isMandatory: true)
        broker.finish()
        let effects = broker.takeEffects()
        try #require(effects.count == 2)
        guard case .returned(_, let returned) = effects[0] else {
            Issue.record("not returned: \(effects[0])")
            return
        }
        #expect(returned.code == .noRoute && returned.text == "NO_ROUTE")
        #expect(String(decoding: returned.body, as: UTF8.self) == "lost")
        #expect(String(decoding: returned.routingKey, as: UTF8.self) == "nowhere")
        #expect(effects[1] == .confirm(broker.channel, DeliveryTag(1), isMultiple: false))
        #expect(broker.broker.sample(now: broker.now).unroutableTotal == 1)
    }

    @Test("An unroutable message that is not mandatory is confirmed all the same")
    func unroutable() {
        let broker = TestBroker()
        broker.send(.selectConfirms(isNoWait: true))
        broker.publish("lost", to: "nowhere")
        #expect(self.confirms(broker) == ["1"])
    }

    @Test("immediate is not implemented, and ends the connection")
    func immediate() {
        let broker = TestBroker()
        broker.declare("q")
        broker.add("a", to: "q", isImmediate: true)
        broker.finish()
        #expect(
            broker.refusal()
                == Refusal(
                    code: .notImplemented, text: "NOT_IMPLEMENTED - immediate=true",
                    cause: .publish))
        broker.publish("b", to: "q")
        #expect(broker.depth("q") == [0, 0], "a closing connection is not heard any more")
    }

    @Test("An unknown exchange closes the channel")
    func unknownExchange() {
        let broker = TestBroker()
        broker.publish("a", to: "k", exchange: "none")
        #expect(
            broker.refusal()
                == Refusal(
                    code: .notFound, text: "NOT_FOUND - no exchange 'none' in vhost '/'",
                    cause: .publish))
    }

    @Test(
        "A malformed expiration is refused in RabbitMQ's words",
        arguments: [
            ("abc", "invalid expiration 'abc': no_integer"),
            ("12x", "invalid expiration '12x': {leftover_string,\"x\"}"),
            ("-1", "invalid expiration '-1': {value_negative,-1}"),
            ("315360000001", "invalid expiration '315360000001': {value_too_large,315360000001}"),
        ])
    func malformedExpiration(expiration: String, text: String) {
        let broker = TestBroker()
        broker.declare("q")
        var properties = MessageProperties()
        properties.expiration = expiration
        broker.publish("a", to: "q", properties: properties)
        #expect(broker.refusal()?.text == "PRECONDITION_FAILED - \(text)")
        #expect(broker.depth("q") == [0, 0])
    }

    @Test("A message may name the connection's user, and nobody else")
    func userID() {
        let broker = TestBroker()
        broker.declare("q")
        var properties = MessageProperties()
        properties.userID = "guest"
        broker.publish("a", to: "q", properties: properties)
        properties.userID = "root"
        broker.publish("b", to: "q", properties: properties)
        #expect(
            broker.refusal()?.text == "PRECONDITION_FAILED - user_id property set to 'root' but "
                + "authenticated user was 'guest'")
        #expect(broker.depth("q") == [1, 0])
    }

    @Test("The longest expiration there is is taken")
    func longestExpiration() {
        let broker = TestBroker()
        broker.declare("q")
        var properties = MessageProperties()
        properties.expiration = "315360000000"
        broker.publish("a", to: "q", properties: properties)
        #expect(broker.depth("q") == [1, 0])
    }

    @Test("A channel's cached route is dropped when the topology changes")
    func routeCache() {
        let broker = TestBroker()
        broker.publish("a", to: "q")
        broker.declare("q")
        broker.publish("b", to: "q")
        broker.send(.deleteQueue("q", ifUnused: false, ifEmpty: false, isNoWait: false))
        broker.publish("c", to: "q")
        broker.declare("q")
        broker.publish("d", to: "q")
        #expect(broker.drain("q") == ["d"])
    }

    @Test("A fanout's message lies in every queue, each with its own copy")
    func fanout() {
        let broker = TestBroker()
        for name in ["a", "b"] {
            broker.declare(name)
            broker.send(
                .bind(
                    BindingRequest(
                        .queue(QueueName(name)), to: "amq.fanout", routingKey: "")))
        }
        broker.publish("m", to: "", exchange: "amq.fanout")
        #expect(broker.drain("a") == ["m"])
        #expect(broker.drain("b") == ["m"])
    }

    @Test(
        "Bodies of every size come out as they went in",
        arguments: [
            0, 1, 7, 8, 500, 4_096, 262_143, 262_144, 262_145, 1_000_000,
        ])
    func sizes(bytes: Int) {
        let broker = TestBroker()
        broker.declare("q")
        let body = String(repeating: "x", count: bytes)
        broker.publish("before", body, "after", to: "q")
        #expect(broker.drain("q") == ["before", body, "after"])
    }
}
