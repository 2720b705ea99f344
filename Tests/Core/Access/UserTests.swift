import Core
import Messaging
import Testing

/// Users, permissions and virtual hosts as administrators change them.
@Suite struct UserTests {
    private let id = ConnectionID(2)

    private func broker() -> TestBroker {
        let broker = TestBroker()
        #expect(broker.putUser(User("u", tags: ["monitoring"])) == nil)
        #expect(broker.putVirtualHost("v") == nil)
        #expect(broker.setPermission(.all("u", in: "v")) == nil)
        broker.finish()
        return broker
    }

    @Test("A new broker has guest, who may do everything in the first virtual host")
    func first() {
        let broker = TestBroker()
        #expect(broker.users.map(\.name) == [.guest])
        #expect(broker.users[0].tags == ["administrator"])
        #expect(broker.permissions == [.all(.guest, in: .default)])
        #expect(broker.admits(.guest, to: .default))
    }

    @Test("Only who has a permission in a virtual host gets into it")
    func admission() {
        let broker = self.broker()
        #expect(broker.admits("u", to: "v"))
        #expect(!broker.admits("u", to: .default))
        #expect(!broker.admits("nobody", to: "v"))
        broker.clearPermission(of: "u", in: "v")
        #expect(!broker.admits("u", to: "v"))
        #expect(!broker.clearPermission(of: "u", in: "v"))
    }

    @Test("Deleting a user closes its connections and takes its permissions with it")
    func deletion() {
        let broker = self.broker()
        broker.open(self.id, user: "u", host: "v")
        #expect(broker.deleteUser("u"))
        broker.finish()
        let refusal = broker.refusal(self.id)
        #expect(refusal?.text == "CONNECTION_FORCED - user 'u' is deleted")
        #expect(refusal?.code == .connectionForced)
        #expect(broker.refusal(broker.first) == nil)
        #expect(broker.permissions == [.all(.guest, in: .default)])
        #expect(!broker.deleteUser("u"))
        // Made again it has nothing of what it had.
        #expect(broker.putUser(User("u")) == nil)
        #expect(!broker.admits("u", to: "v"))
    }

    @Test("Deleting a virtual host closes its connections and deletes all that is in it")
    func hostDeletion() throws {
        let broker = self.broker()
        broker.open(self.id, user: "u", host: "v")
        broker.send(.declareQueue(.init(name: "q", isDurable: true)), self.id)
        broker.send(.declareExchange(.init(name: "e", type: "topic", isDurable: true)), self.id)
        broker.send(.bind(.init(.queue("q"), to: "e", routingKey: "#")), self.id)
        broker.send(.consume(.init(queue: "q")), self.id)
        broker.add("m", to: "k", exchange: "e", properties: .persistent, self.id)
        broker.finish()
        let before = broker.broker.sample(now: broker.now)
        #expect(try broker.deleteVirtualHost("v"))
        broker.finish()
        #expect(broker.refusal(self.id)?.text == "CONNECTION_FORCED - vhost 'v' is deleted")
        #expect(broker.virtualHosts == [.default])
        #expect(broker.permissions.map(\.user) == [.guest])
        let after = broker.broker.sample(now: broker.now)
        #expect(after.exchanges == TestBroker().exchangeCount)
        #expect(before.exchanges > after.exchanges)
        #expect(broker.durable.definitions.queues.isEmpty)
        #expect(broker.durable.definitions.bindings.isEmpty)
        #expect(broker.durable.definitions.hosts.isEmpty)
        // The socket's end comes later, and finds nothing.
        broker.broker.connectionClosed(self.id, now: broker.now)
        broker.finish()
        // Its name is free, and what comes is empty.
        #expect(broker.putVirtualHost("v") == nil)
        let queues = broker.broker.sample(in: "v", now: broker.now).queues
        #expect(queues.isEmpty)
        #expect(throws: AccessProblem.self) {
            try broker.deleteVirtualHost(.default)
        }
        #expect(try !broker.deleteVirtualHost("w"))
    }

    @Test("Who may impersonate publishes in another's name, others only in their own")
    func impersonation() {
        for (tags, isAllowed) in [(["impersonator"], true), (["administrator"], false)] {
            let broker = TestBroker()
            #expect(broker.putUser(User("u", tags: tags)) == nil)
            #expect(broker.setPermission(.all("u", in: .default)) == nil)
            broker.open(self.id, user: "u")
            broker.declare("q")
            var properties = MessageProperties()
            properties.userID = "u"
            broker.add("own", to: "q", properties: properties, self.id)
            properties.userID = "other"
            broker.add("other's", to: "q", properties: properties, self.id)
            broker.finish()
            #expect(broker.depth("q") == [isAllowed ? 2 : 1, 0])
            #expect((broker.refusal(self.id) == nil) == isAllowed)
        }
    }

    @Test("What is wrong is named, and changes nothing")
    func problems() {
        let broker = self.broker()
        let long = String(repeating: "x", count: Limits.nameBytesMax + 1)
        #expect(broker.putUser(User(UserName(long))) != nil)
        #expect(broker.putUser(User(UserName(String(long.dropLast())))) == nil)
        #expect(broker.putUser(User("")) != nil)
        #expect(broker.putUser(User("w", passwordHash: [1, 2, 3])) != nil)
        let tags = [String](repeating: "t", count: Limits.userTagsMax)
        #expect(broker.putUser(User("w", tags: tags + ["t"])) != nil)
        #expect(broker.putUser(User("w", tags: tags)) == nil)
        #expect(
            broker.setPermission(.all("nobody", in: "v")) == .noSuchUser("nobody"))
        #expect(
            broker.setPermission(.all("u", in: "x")) == .noSuchVirtualHost("x"))
        let pattern = String(repeating: "a", count: Limits.patternBytesMax)
        func problem(_ pattern: String) -> AccessProblem? {
            broker.setPermission(
                Permission("u", in: "v", configure: pattern, write: "", read: ""))
        }
        #expect(problem(pattern) == nil)
        #expect(problem(pattern + "a") != nil)
        #expect(problem("(") == .invalid("'(' is no regular expression"))
    }

    @Test("Users and permissions of definitions are set, the others stay")
    func definitions() {
        let broker = self.broker()
        var definitions = Definitions()
        definitions.virtualHosts = ["w"]
        definitions.users = [User("a", tags: ["x"]), User("u")]
        definitions.permissions = [.all("a", in: "w")]
        definitions.topicPermissions = [
            TopicPermission("a", in: "w", exchange: "amq.topic", write: "a", read: "b")
        ]
        #expect(broker.apply(definitions) == [])
        #expect(broker.users.map(\.name) == ["a", .guest, "u"])
        #expect(broker.user("u")?.tags == [])
        #expect(broker.permissions.map(\.user) == [.guest, "u", "a"])
        #expect(broker.topicPermissions == definitions.topicPermissions)
        #expect(!broker.admits(.guest, to: "w"))
        definitions.permissions = [.all("nobody", in: "w")]
        #expect(broker.apply(definitions) == ["there is no user 'nobody'"])
        // One that nobody is let into is guest's.
        var hosts = Definitions()
        hosts.virtualHosts = ["w", "x"]
        #expect(broker.apply(hosts) == [])
        #expect(broker.admits(.guest, to: "x"))
        #expect(!broker.admits(.guest, to: "w"))
    }

    @Test("What was stored holds instead of guest; where nothing was, guest is stored")
    func restoring() {
        let fresh = TestBroker(connects: false)
        #expect(fresh.restore(.init()) == [])
        fresh.finish()
        #expect(fresh.durable.definitions.users?.map(\.name) == [.guest])
        #expect(fresh.durable.definitions.permissions == [.all(.guest, in: .default)])

        // A directory from before there were users: guest may go on.
        var older = StoredDefinitions()
        older.hosts = ["v"]
        let taken = TestBroker(connects: false)
        #expect(taken.restore(older) == [])
        taken.finish()
        #expect(taken.admits(.guest, to: "v"))
        #expect(taken.durable.definitions.permissions.count == 2)

        let broker = self.broker()
        #expect(broker.deleteUser(.guest))
        broker.finish()
        var stored = broker.durable.definitions
        let again = TestBroker(connects: false)
        #expect(again.restore(stored) == [])
        again.finish()
        #expect(again.users.map(\.name) == ["u"])
        #expect(again.permissions == [.all("u", in: "v")])
        // Not even when nobody is left.
        stored.users = []
        let empty = TestBroker(connects: false)
        #expect(empty.restore(stored) == [])
        empty.finish()
        #expect(empty.users.isEmpty)
    }
}
