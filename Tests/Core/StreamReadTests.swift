import Core
import Messaging
import Testing

/// Many read a stream, each at its own place, and nothing leaves it by that.
@Suite struct StreamReadTests {
    private func stream(_ count: Int = 5) -> TestBroker {
        let broker = TestBroker()
        broker.declareStream("s")
        for number in 0..<count {
            broker.publish("m\(number)", to: "s")
            broker.advance(milliseconds: 1_000)
        }
        _ = broker.takeEffects()
        return broker
    }

    @Test("Everything is stored and confirmed after it, persistent or not")
    func stores() {
        let broker = TestBroker()
        broker.declareStream("s")
        broker.send(.selectConfirms(isNoWait: true))
        broker.commitsAtOnce = false
        broker.storeEffects = []
        broker.publish("a", to: "s")
        #expect(broker.answers() == [])
        #expect(
            broker.storeEffects.contains { effect in
                if case .append = effect { true } else { false }
            })
        broker.broker.durable(upTo: CommitNumber(99))
        broker.finish()
        #expect(broker.answers() == ["1"])
    }

    @Test(
        "A reader begins where it says",
        arguments: [
            (.string("first"), [0, 1, 2, 3, 4]), (.string("last"), [4]), (.string("next"), []),
            (nil, []), (.int32(0), [0, 1, 2, 3, 4]), (.int64(3), [3, 4]), (.int32(5), []),
            (.int32(-1), [0, 1, 2, 3, 4]), (.timestamp(seconds: 1_700_000_002), [2, 3, 4]),
            (.timestamp(seconds: 0), [0, 1, 2, 3, 4]), (.timestamp(seconds: .max), []),
            (.string("2s"), [3, 4]), (.string("1h"), [0, 1, 2, 3, 4]),
        ] as [(FieldValue?, [Int64])])
    func starts(_ start: FieldValue?, _ offsets: [Int64]) {
        let broker = self.stream()
        broker.read("s", tag: "t", from: start)
        #expect(broker.offsets() == offsets)
        #expect(broker.deliveries() == offsets.map { "m\($0)" })
        broker.publish("new", to: "s")
        #expect(broker.deliveries() == ["new"], "and goes on with what comes")
        #expect(broker.depth("s") == [6, 0])
    }

    @Test("Who asks for an offset that is still to come is sent nothing before it")
    func future() {
        let broker = self.stream(2)
        broker.read("s", tag: "t", from: .int32(4))
        for number in 2..<6 { broker.publish("m\(number)", to: "s") }
        #expect(broker.deliveries() == ["m4", "m5"])
    }

    @Test("An offset that is none is refused in RabbitMQ's words")
    func wrongStart() {
        let broker = self.stream(1)
        broker.read("s", tag: "t", from: .string("0s"))
        #expect(
            broker.refusal()?.text
                == "PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue 's' in vhost "
                + "'/': {invalid_stream_offset_arg,{longstr,<<\"0s\">>}}")
    }

    @Test("A prefetch and manual acks are needed; priorities are not known")
    func needs() {
        let resource = "queue 's' in vhost '/'"
        func refused(_ prefetch: UInt16, _ request: ConsumeRequest) -> String? {
            let broker = self.stream(1)
            broker.send(.setPrefetch(count: prefetch, bytes: 0, isGlobal: false))
            broker.send(.consume(request))
            return broker.refusal()?.text
        }
        let unset = "PRECONDITION_FAILED - consumer prefetch count is not set for '\(resource)'"
        #expect(refused(0, ConsumeRequest(queue: "s", isAutoAck: true)) == unset)
        #expect(
            refused(1, ConsumeRequest(queue: "s", isAutoAck: true))
                == "NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queues "
                + resource)
        #expect(
            refused(0, ConsumeRequest(queue: "s", arguments: ["x-priority": .int32(1)]))
                == "PRECONDITION_FAILED - invalid arg 'x-priority' for \(resource) of queue type "
                + "rabbit_stream_queue")
        #expect(refused(1, ConsumeRequest(queue: "s", isExclusive: true)) == nil)
    }

    @Test("Acks make room, one by one and several at once, and take nothing away")
    func credit() {
        let broker = self.stream(6)
        broker.read("s", tag: "t", prefetch: 2)
        #expect(broker.deliveries() == ["m0", "m1"])
        broker.ack(1)
        #expect(broker.deliveries() == ["m2"])
        broker.ack(3, multiple: true)
        #expect(broker.deliveries() == ["m3", "m4"])
        #expect(broker.depth("s") == [6, 0])
        #expect(broker.figures("s")?.tally.acked == 3)
    }

    @Test("Many readers are each at their own place, on channels of one and of others")
    func manyReaders() {
        let broker = self.stream()
        let second = broker.connect(2)
        broker.read("s", tag: "all", prefetch: 3)
        broker.read("s", tag: "late", from: .int32(3), second)
        #expect(broker.deliveries() == ["m0", "m1", "m2"])
        #expect(broker.deliveries(second) == ["m3", "m4"])
        let readers = broker.detail("s")?.consumers.map(\.reader?.nextOffset)
        #expect(readers == [3, 5])
        #expect(broker.detail("s")?.consumers.map(\.reader?.lag) == [2, 0])
        broker.send(.dropChannel, second)
        #expect(broker.depth("s") == [5, 0], "nothing comes back")
    }

    @Test("What would take a message out or put it back is not there")
    func refusals() {
        let resource = "not supported by stream queues queue 's' in vhost '/'"
        func refused(_ commands: Command...) -> String? {
            let broker = self.stream()
            broker.declare("classic")
            broker.publish("c", to: "classic")
            broker.send(.get("classic", isAutoAck: false))
            broker.read("s", tag: "t")
            for command in commands { broker.send(command) }
            let text = broker.refusal().map { "\($0.code.rawValue) \($0.text)" }
            broker.broker.connectionClosed(broker.first, now: broker.now)
            broker.finish()
            #expect(broker.depth("classic") == [1, 0], "others are put back all the same")
            return text
        }
        let code = "540 NOT_IMPLEMENTED -"
        #expect(refused(.get("s", isAutoAck: true)) == "\(code) basic.get \(resource)")
        #expect(refused(.purgeQueue("s", isNoWait: false)) == "\(code) queue.purge \(resource)")
        let nack = "\(code) basic.nack and basic.reject \(resource)"
        #expect(refused(.reject(DeliveryTag(2), isRequeue: true)) == nack)
        #expect(refused(.nack(DeliveryTag(0), isMultiple: true, isRequeue: false)) == nack)
        #expect(
            refused(.selectTransactions, .nack(DeliveryTag(3), isMultiple: true, isRequeue: true))
                == nack)
        #expect(
            refused(.recover(isRequeue: true, isAsync: false))
                == "\(code) basic.recover \(resource)")
    }

    @Test("Deleting asks neither who reads nor what is there, and counts nothing")
    func delete() {
        let broker = self.stream()
        broker.read("s", tag: "t")
        _ = broker.takeEffects()
        broker.send(.deleteQueue("s", ifUnused: true, ifEmpty: true, isNoWait: false))
        #expect(
            broker.takeEffects() == [
                .reply(broker.channel, .queueDeleted(messages: 0)),
                .consumerCancelled(broker.channel, "t"),
            ])
    }

    @Test("Operators neither purge a stream nor take single messages out")
    func operators() {
        let broker = self.stream(3)
        #expect(broker.purge("s") == 0)
        let positions = broker.browse("s").map(\.position)
        #expect(positions.count == 3)
        #expect(broker.delete(positions, from: "s") == 0)
        #expect(broker.browse("s").map(\.text) == ["m0", "m1", "m2"])
    }

    @Test("Neither a message's own expiration nor its death in another queue matters in a stream")
    func deadLetters() {
        let broker = self.stream(0)
        broker.declare("q", arguments: .dying(into: "s", ["x-message-ttl": .int32(1)]))
        broker.publish("dead", to: "q")
        broker.publish("short", to: "s", properties: .expiring(1))
        broker.advance(milliseconds: 10_000)
        broker.read("s", tag: "t")
        #expect(broker.deliveries() == ["short", "dead"])
        #expect(broker.figures("q")?.dead == 0, "a stream is not worked off")
        #expect(broker.figures("q")?.tally.deadLettered == 1)
    }

    @Test("A transaction appends with its commit, and its acks make room then")
    func transactions() {
        let broker = self.stream(3)
        broker.read("s", tag: "t", prefetch: 1)
        broker.send(.selectTransactions)
        broker.publish("later", to: "s")
        broker.ack(1)
        #expect(broker.depth("s") == [3, 0])
        #expect(broker.deliveries() == ["m0"])
        broker.send(.commitTransaction)
        #expect(broker.depth("s") == [4, 0])
        #expect(broker.deliveries() == ["m1"])
    }

    @Test("One reader with much to read does not hold up another")
    func fairness() {
        let broker = TestBroker()
        broker.declareStream("s")
        for number in 0..<10_000 { broker.add("\(number)", to: "s") }
        broker.finish()
        let second = broker.connect(2)
        broker.send(.setPrefetch(count: 0, bytes: 0, isGlobal: false))
        broker.read("s", tag: "all", prefetch: 60_000)
        broker.read("s", tag: "tail", from: .string("last"), second)
        #expect(broker.deliveries(second) == ["9999"])
        #expect(broker.deliveries().count == 10_000)
        #expect(broker.offsets().filter { $0 == 9_999 }.count == 2)
    }
}
