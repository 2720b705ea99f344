import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// Who may look at messages and put dead letters back: as AMQP would let them.
@Suite struct QueuetopAccessTests {
    private static let browse = "/api/queuetop/queues/%2F/orders/messages"
    private static let redrive = "/api/queuetop/queues/%2F/orders/redrive"

    /// A queue `orders`, and a user who may read and write what these patterns say.
    private func shop(read: String, write: String, tags: String = "management") async -> Fixture {
        let fixture = Fixture()
        for queue in ["orders", "target"] {
            _ = await fixture.ask(.put, "/api/queues/%2F/\(queue)", "{}")
        }
        _ = await fixture.ask(.put, "/api/users/u", #"{"password":"u","tags":"\#(tags)"}"#)
        _ = await fixture.ask(
            .put, "/api/permissions/%2F/u",
            #"{"configure":"","write":"\#(write)","read":"\#(read)"}"#)
        return fixture
    }

    private func status(
        _ fixture: Fixture, _ method: APIMethod, _ path: String, _ body: String = "",
        login: String = "u:u"
    ) async -> APIStatus {
        await fixture.ask(method, path, body, login: login).status
    }

    @Test("Whoever may read a queue may look at its messages")
    func browsing() async {
        for (read, expected) in [("^orders$", APIStatus.ok), ("^other$", .unauthorized)] {
            let fixture = await self.shop(read: read, write: "")
            #expect(await self.status(fixture, .get, Self.browse) == expected, "\(read)")
            let deletion = await self.status(
                fixture, .post, Self.browse + "/delete", #"{"positions":[]}"#)
            #expect(deletion == expected, "\(read)")
        }
        let untagged = await self.shop(read: ".*", write: "", tags: "")
        #expect(await self.status(untagged, .get, Self.browse) == .unauthorized)
        // A monitor sees figures of all; messages are no figures.
        let monitor = await self.shop(read: "", write: "", tags: "monitoring")
        #expect(await self.status(monitor, .get, Self.browse) == .unauthorized)
        let administrator = await self.shop(read: "", write: "", tags: "administrator")
        #expect(await self.status(administrator, .get, Self.browse) == .ok)
    }

    @Test("A redrive needs to read the queue and to write to where its messages go")
    func redriving() async {
        let cases: [(read: String, write: String, body: String, expected: APIStatus)] = [
            ("^orders$", "^target$", #"{"target":"target"}"#, .created),
            ("^orders$", "^other$", #"{"target":"target"}"#, .unauthorized),
            ("^other$", ".*", #"{"target":"target"}"#, .unauthorized),
            ("^orders$", "^target$", "{}", .unauthorized),
            ("^orders$", "^amq\\\\.default$", "{}", .created),
        ]
        for each in cases {
            let fixture = await self.shop(read: each.read, write: each.write)
            #expect(
                await self.status(fixture, .post, Self.redrive, each.body) == each.expected,
                "\(each)")
            let step = await self.status(fixture, .post, Self.redrive + "-step", each.body)
            #expect(step == (each.expected == .created ? .ok : each.expected), "\(each)")
        }
    }

    @Test("Each sees and stops redrives of its own, an administrator all")
    func jobs() async {
        let fixture = await self.shop(read: ".*", write: ".*")
        #expect(await self.status(fixture, .post, Self.redrive, "{}") == .created)
        #expect(
            await self.status(fixture, .post, Self.redrive, "{}", login: "guest:guest")
                == .created)
        let own = await fixture.ask(.get, "/api/queuetop/redrives", login: "u:u")
        #expect(JSON(request: own.body)?.elements?.compactMap { $0["id"] } == [.integer(1)])
        #expect(await fixture.get("/api/queuetop/redrives")?.elements?.count == 2)
        #expect(await self.status(fixture, .delete, "/api/queuetop/redrives/2") == .notFound)
        #expect(await self.status(fixture, .post, "/api/queuetop/redrives/1/pause") == .ok)
        let administrator = await self.status(
            fixture, .delete, "/api/queuetop/redrives/1", login: "guest:guest")
        #expect(administrator == .ok)
    }
}
