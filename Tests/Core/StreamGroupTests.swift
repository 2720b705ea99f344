import Core
import Messaging
import Testing

/// Named consumer groups: the stream itself knows how far each of them is.
@Suite struct StreamGroupTests {
    private func stream(_ count: Int = 10) -> TestBroker {
        let broker = TestBroker()
        broker.declareStream("s")
        for number in 0..<count {
            broker.publish("m\(number)", to: "s")
            broker.advance(milliseconds: 1_000)
        }
        broker.storeEffects = []
        return broker
    }

    @Test("A group goes on where its acks left off, whoever reads for it, and says its lag")
    func goesOn() {
        let broker = self.stream()
        broker.read("s", tag: "t", group: "g", prefetch: 4)
        #expect(broker.notedOffsets() == ["g 0"])
        #expect(broker.groups("s") == ["g 0 10 0"])
        broker.ack(3, multiple: true)
        #expect(broker.notedOffsets() == ["g 3"], "once a batch")
        broker.send(.closeChannel)
        #expect(broker.groups("s") == ["g 3 7 0"], "nobody is there, and the lag is known")
        #expect(broker.detail("s")?.type == "stream")
        #expect(broker.detail("s")?.groups.first?.consumers == 0)
        #expect(broker.detail("s")?.groups.first?.lagMicroseconds == 7_000_000)
        _ = broker.deliveries()
        let second = broker.connect(2)
        broker.read("s", tag: "u", from: .string("first"), group: "g", prefetch: 2, second)
        #expect(broker.deliveries(second) == ["m3", "m4"], "the group's place beats the offset")
    }

    @Test("Without an offset a new group begins with what comes next")
    func begins() {
        let broker = self.stream()
        broker.read("s", tag: "t", from: nil, group: "new")
        broker.read("s", tag: "u", from: .timestamp(seconds: 1_700_000_004), group: "timed")
        broker.read("s", tag: "v", from: .int32(99), group: "future")
        #expect(broker.notedOffsets() == ["new 10", "timed 4", "future 10"])
        #expect(broker.groups("s") == ["future 10 0 0", "new 10 0 0", "timed 4 6 0"])
        #expect(broker.stream("s")?.groups == 3)
        #expect(broker.stream("s")?.lagMax == 6)
    }

    @Test("What was acked out of turn counts once all before it is acked")
    func outOfTurn() {
        let broker = self.stream()
        broker.read("s", tag: "t", group: "g", prefetch: 5)
        _ = broker.notedOffsets()
        broker.ack(2)
        broker.ack(3)
        broker.ack(5)
        #expect(broker.notedOffsets() == [])
        #expect(broker.groups("s") == ["g 0 10 0"])
        broker.ack(1)
        #expect(broker.groups("s") == ["g 3 7 0"])
        broker.ack(4)
        #expect(broker.notedOffsets() == ["g 3", "g 5"])
    }

    @Test("Of a group's consumers one reads; the next takes over what that did not ack")
    func takesOver() {
        let broker = self.stream(4)
        let second = broker.connect(2)
        broker.read("s", tag: "t", group: "g", prefetch: 3)
        broker.read("s", tag: "u", group: "g", prefetch: 10, second)
        broker.read("s", tag: "v", group: "other", prefetch: 10, second)
        #expect(broker.received[second]?.map(\.consumer) == ["v", "v", "v", "v"])
        #expect(broker.detail("s")?.consumers.map(\.isActive) == [true, false, true])
        broker.ack(1)
        _ = broker.deliveries(second)
        broker.send(.cancel("t", isNoWait: true))
        #expect(broker.deliveries(second) == ["m1", "m2", "m3"])
        broker.ack(2)
        #expect(broker.groups("s") == ["g 1 3 0", "other 0 4 0"], "a late ack moves nothing")
        broker.send(.ack(DeliveryTag(5), isMultiple: false), second)
        #expect(broker.groups("s") == ["g 2 2 0", "other 0 4 0"])
    }

    @Test("Who stands by and leaves changes nothing")
    func standsBy() {
        let broker = self.stream(3)
        let second = broker.connect(2)
        broker.read("s", tag: "t", group: "g", prefetch: 1)
        broker.read("s", tag: "u", group: "g", prefetch: 1, second)
        broker.send(.dropChannel, second)
        broker.ack(1)
        #expect(broker.deliveries() == ["m0", "m1"])
    }

    @Test("A stream has so many groups and no more, and those it has may always come back")
    func limit() {
        let broker = self.stream(1)
        for number in 1...Limits.streamGroupsMax {
            broker.read("s", tag: "t", group: "g\(number)")
            broker.send(.cancel("t", isNoWait: true))
        }
        #expect(broker.refusal() == nil)
        broker.read("s", tag: "t", group: "one more")
        #expect(
            broker.refusal()?.text
                == "PRECONDITION_FAILED - queue 's' in vhost '/' has 1000 consumer groups already")
        broker.send(.openChannel)
        _ = broker.takeEffects()
        broker.read("s", tag: "t", group: "g7")
        #expect(broker.refusal() == nil)
        #expect(broker.forgets("g8", of: "s"))
        broker.read("s", tag: "u", group: "one more")
        #expect(broker.refusal() == nil)
    }

    @Test("A group's name is text of 1 to 255 bytes")
    func names() {
        func refused(_ name: FieldValue) -> String? {
            let broker = self.stream(1)
            broker.send(.setPrefetch(count: 1, bytes: 0, isGlobal: false))
            broker.send(.consume(ConsumeRequest(queue: "s", arguments: ["x-stream-group": name])))
            return broker.refusal()?.text
        }
        let prefix =
            "PRECONDITION_FAILED - invalid arg 'x-stream-group' for queue 's' in vhost '/':"
        #expect(refused(.string(String(repeating: "g", count: 255))) == nil)
        #expect(
            refused(.string(String(repeating: "g", count: 256)))
                == "\(prefix) a name has 1 to 255 bytes, not 256")
        #expect(refused(.string("")) == "\(prefix) a name has 1 to 255 bytes, not 0")
        #expect(refused(.int32(1)) == "\(prefix) {unacceptable_type,signedint}")
    }

    @Test("An operator forgets a group that nobody reads for, for good")
    func forget() {
        let broker = self.stream()
        broker.read("s", tag: "t", group: "g")
        #expect(!broker.forgets("g", of: "s"), "somebody reads for it")
        broker.send(.cancel("t", isNoWait: true))
        _ = broker.notedOffsets()
        #expect(broker.forgets("g", of: "s"))
        broker.finish()
        #expect(broker.notedOffsets() == ["g -"])
        #expect(broker.groups("s") == [])
        #expect(!broker.forgets("g", of: "s"), "it is gone")
    }
}

extension TestBroker {
    fileprivate func forgets(_ group: String, of name: QueueName) -> Bool {
        self.broker.forgetGroup(group, of: name)
    }
}
