import Core
import Messaging
import Testing

/// Limits of virtual hosts and users, and what else administrators set by name.
@Suite struct LimitParameterTests {
    private let id = ConnectionID(2)

    private func broker() -> TestBroker {
        let broker = TestBroker()
        #expect(broker.putUser(User("u")) == nil)
        #expect(broker.putVirtualHost("v") == nil)
        #expect(broker.setPermission(.all("u", in: "v")) == nil)
        broker.finish()
        return broker
    }

    private func refusal(_ broker: TestBroker) -> String? {
        broker.broker.refusal(ofConnectionBy: "u", in: "v")
    }

    @Test("A virtual host takes as many connections as it may have")
    func hostConnections() {
        let broker = self.broker()
        broker.limit(.connections, 1, at: .limits(of: VirtualHostName("v")))
        #expect(self.refusal(broker) == nil)
        broker.open(self.id, user: "u", host: "v")
        #expect(
            self.refusal(broker)
                == "access to vhost 'v' refused for user 'u': connection limit (1) is reached")
        broker.broker.connectionClosed(self.id, now: broker.now)
        #expect(self.refusal(broker) == nil)
        broker.limit(.connections, -1, at: .limits(of: VirtualHostName("v")))
        broker.open(ConnectionID(3), user: "u", host: "v")
        #expect(self.refusal(broker) == nil)
    }

    @Test("What the process opens for itself does not count")
    func ownConnections() {
        let broker = self.broker()
        broker.limit(.connections, 1, at: .limits(of: VirtualHostName("v")))
        broker.limit(.channels, 0, at: .limits(of: UserName("u")))
        let own = ConnectionID(ConnectionID.ownNumberMin)
        broker.open(own, user: "u", host: "v")
        broker.send(.declareQueue(.init(name: "q")), own)
        broker.finish()
        #expect(self.refusal(broker) == nil)
        #expect(broker.refusal(own) == nil)
    }

    @Test("A user has as many connections and channels as it may, wherever they are")
    func userLimits() {
        let broker = self.broker()
        broker.limit(.connections, 1, at: .limits(of: UserName("u")))
        broker.limit(.channels, 2, at: .limits(of: UserName("u")))
        broker.open(self.id, user: "u", host: "v")
        #expect(
            self.refusal(broker)
                == "connection refused for user 'u': user connection limit (1) is reached")
        broker.open(ConnectionID(3), user: "u", host: "v")
        #expect(broker.hasChannel(ChannelNumber(1), of: ConnectionID(3)))
        broker.broker.handle(
            .openChannel, from: ConnectionID(3), on: ChannelNumber(2), now: broker.now)
        broker.finish()
        #expect(!broker.hasChannel(ChannelNumber(2), of: ConnectionID(3)))
        #expect(
            broker.refusal(ConnectionID(3))?.text
                == "NOT_ALLOWED - number of channels opened for user 'u' has reached the maximum "
                + "allowed user limit of (2)")
        #expect(broker.refusal(self.id) == nil)
    }

    @Test("A virtual host has as many queues as it may; those that are there stay")
    func queues() {
        let broker = self.broker()
        broker.open(self.id, user: "u", host: "v")
        broker.send(.declareQueue(.init(name: "a")), self.id)
        broker.limit(.queues, 1, at: .limits(of: VirtualHostName("v")))
        broker.send(.declareQueue(.init(name: "a")), self.id)
        broker.finish()
        #expect(broker.refusal(self.id) == nil)
        broker.send(.declareQueue(.init(name: "b")), self.id)
        broker.finish()
        #expect(
            broker.refusal(self.id)?.text
                == "PRECONDITION_FAILED - cannot declare queue 'b': queue limit in vhost 'v' (1) "
                + "is reached")
    }

    @Test("Limits that nobody knows and values that are no numbers are named, and change nothing")
    func problems() {
        let broker = self.broker()
        let host = RuntimeParameter.Key.limits(of: VirtualHostName("v"))
        #expect(
            broker.setLimit("max-x", .int64(2), at: host)
                == .invalid("Unrecognised terms [{<<\"max-x\">>,2}] in limits"))
        #expect(
            broker.setLimit("max-queues", .string("x"), at: host)
                == .invalid("max-queues should be a number, actually was <<\"x\">>"))
        #expect(
            broker.setLimit("max-queues", .int64(1), at: .limits(of: UserName("u")))
                == .invalid("Unrecognised terms [{<<\"max-queues\">>,1}] in user-limits"))
        #expect(
            broker.setLimit("max-queues", .int64(1), at: .limits(of: VirtualHostName("w")))
                == .noSuchVirtualHost("w"))
        #expect(
            broker.setLimit("max-channels", .int64(1), at: .limits(of: UserName("w")))
                == .noSuchUser("w"))
        #expect(broker.parameters.isEmpty)
    }

    @Test("Values have as many bytes as they may, and no more")
    func size() {
        let broker = self.broker()
        // The name's length octet, the type's and the text's length take six.
        let fitting = [UInt8](repeating: 0x78, count: Limits.parameterBytesMax - 6)
        let key = RuntimeParameter.Key.global("g")
        #expect(broker.set(.init(key, .longString(fitting))) == nil)
        #expect(broker.set(.init(key, .longString(fitting + [0]))) != nil)
        #expect(broker.parameter(key) == .longString(fitting))
    }

    @Test("There are as many parameters as there may be")
    func count() {
        let broker = self.broker()
        for number in 0..<Limits.parametersMax {
            _ = broker.set(.init(.global("\(number)"), .void))
        }
        #expect(broker.set(.init(.global("more"), .void)) != nil)
        #expect(broker.set(.init(.global("0"), .bool(true))) == nil)
    }

    @Test("All of it is there after a restart, and goes with what it belongs to")
    func durability() throws {
        let broker = self.broker()
        broker.limit(.queues, 3, at: .limits(of: VirtualHostName("v")))
        broker.limit(.channels, 5, at: .limits(of: UserName("u")))
        let metadata = HostMetadata(
            description: "d", tags: ["t"], defaultQueueType: "quorum")
        #expect(broker.setMetadata(metadata, of: "v") == nil)
        #expect(broker.set(.init(.global("g"), .array([.int64(1)]))) == nil)
        broker.finish()
        let after = TestBroker()
        #expect(after.restore(broker.durable.definitions) == [])
        #expect(after.parameters == broker.parameters)
        #expect(after.parameters.count == 4)
        #expect(after.metadata(of: "v") == metadata)
        #expect(try broker.deleteVirtualHost("v"))
        #expect(broker.deleteUser("u"))
        broker.finish()
        #expect(broker.parameters.map(\.key) == [.global("g")])
        #expect(broker.durable.definitions.parameters.map(\.key) == [.global("g")])
    }

    @Test("Durable queues without a type are of the one that their virtual host has")
    func defaultType() {
        let broker = self.broker()
        #expect(
            broker.setMetadata(HostMetadata(defaultQueueType: "quorum"), of: "v") == nil)
        broker.open(self.id, user: "u", host: "v")
        for (name, isDurable, isExclusive) in [
            ("durable", true, false), ("transient", false, false), ("exclusive", true, true),
        ] {
            broker.send(
                .declareQueue(
                    .init(
                        name: QueueName(name), isDurable: isDurable, isExclusive: isExclusive)),
                self.id)
        }
        broker.send(
            .declareQueue(
                .init(
                    name: "classic", isDurable: true,
                    arguments: ["x-queue-type": .string("classic")])), self.id)
        broker.finish()
        #expect(broker.refusal(self.id) == nil)
        let places = broker.broker.queuePlaces(in: ["v"])
        let types = broker.broker.listings(of: places.map(\.id), now: broker.now).map {
            "\($0.name.text) \($0.type.rawValue)"
        }
        #expect(
            types.sorted() == [
                "classic classic", "durable quorum", "exclusive classic", "transient classic",
            ])
    }
}

extension TestBroker {
    fileprivate var parameters: [RuntimeParameter] { self.broker.parameters }

    fileprivate func limit(_ name: LimitName, _ value: Int64, at key: RuntimeParameter.Key) {
        #expect(self.setLimit(name.rawValue, .int64(value), at: key) == nil)
    }

    fileprivate func setLimit(
        _ name: String, _ value: FieldValue?, at key: RuntimeParameter.Key
    ) -> AccessProblem? {
        self.broker.setLimit(name, value, at: key)
    }

    fileprivate func set(_ parameter: RuntimeParameter) -> AccessProblem? {
        self.broker.setParameter(parameter)
    }

    fileprivate func parameter(_ key: RuntimeParameter.Key) -> FieldValue? {
        self.broker.parameter(key)
    }

    fileprivate func setMetadata(
        _ metadata: HostMetadata, of host: VirtualHostName
    ) -> AccessProblem? {
        self.broker.setMetadata(metadata, of: host)
    }

    fileprivate func metadata(of host: VirtualHostName) -> HostMetadata {
        self.broker.metadata(of: host)
    }

    fileprivate func hasChannel(_ number: ChannelNumber, of id: ConnectionID) -> Bool {
        self.broker.hasChannel(number, of: id)
    }
}
