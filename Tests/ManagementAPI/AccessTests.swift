import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// Who may do what.
@Suite struct AccessTests {
    /// One user a tag, who has permissions in `shop` alone; the password is the name.
    struct TagGate: ManagementGate {
        func admit(
            user: String, password: String, from address: String
        ) async -> ManagementAccount? {
            guard user == password else { return nil }
            return ManagementAccount(
                name: user, tags: user == "nobody" ? [] : [user], hosts: ["shop"])
        }
    }

    private func shop() async -> Fixture {
        let fixture = Fixture(gate: TagGate())
        // Known to the broker too, who asks it again when something is changed.
        _ = await fixture.engine.putUser("administrator", password: "administrator", tags: [])
        _ = await fixture.ask(
            .put, "/api/vhosts/shop", "{}", login: "administrator:administrator")
        _ = await fixture.ask(
            .put, "/api/vhosts/secret", "{}", login: "administrator:administrator")
        // Whoever makes one may use it, until that is taken back.
        _ = await fixture.engine.clearPermission(of: "administrator", in: "secret")
        return fixture
    }

    @Test("Nobody, a wrong password and what is no login are told so")
    func logins() async {
        let fixture = Fixture()
        let none = await fixture.ask(.get, "/api/overview", login: nil)
        #expect(none.status == .unauthorized)
        #expect(none.headers["www-authenticate"] == "Basic realm=\"queuetop management\"")
        let wrong = await fixture.ask(.get, "/api/overview", login: "guest:wrong")
        #expect(wrong.status == .unauthorized)
        #expect(wrong.text == #"{"error":"not_authorized","reason":"Login failed"}"#)
        for header in ["Basic", "Basic !", "Basic Z3Vlc3Q="] {
            let answer = await fixture.router.answer(
                .init(method: .get, target: "/api/overview", authorization: header))
            #expect(answer.status != .ok, "\(header)")
        }
    }

    @Test("Guest comes from this machine only")
    func guestFromElsewhere() async {
        let fixture = Fixture()
        #expect(await fixture.ask(.get, "/api/whoami", from: "10.0.0.1").status == .unauthorized)
        #expect(await fixture.ask(.get, "/metrics", login: nil).status == .ok)
        let elsewhere = await fixture.ask(.get, "/metrics", login: nil, from: "10.0.0.1")
        #expect(elsewhere.status == .unauthorized)
    }

    @Test(
        "Each tag opens what it opens in RabbitMQ, and no more",
        arguments: [
            ("/api/overview", ["management", "policymaker", "monitoring", "administrator"]),
            ("/api/nodes", ["monitoring", "administrator"]),
            ("/api/parameters", ["policymaker", "administrator"]),
            ("/api/users", ["administrator"]), ("/api/permissions", ["administrator"]),
            ("/api/definitions", ["administrator"]), ("/api/vhosts/shop", ["administrator"]),
            (
                "/api/queues/shop",
                ["management", "policymaker", "monitoring", "administrator"]
            ),
            ("/api/queues/secret", ["administrator"]),
            ("/api/vhost-limits/secret", ["monitoring", "administrator"]),
            (
                "/api/consumers/secret",
                ["management", "policymaker", "monitoring", "administrator"]
            ),
        ])
    func tags(target: String, allowed: [String]) async {
        let fixture = await self.shop()
        for tag in ["nobody", "management", "policymaker", "monitoring", "administrator"] {
            let answer = await fixture.ask(.get, target, login: "\(tag):\(tag)")
            #expect(answer.status == (allowed.contains(tag) ? .ok : .unauthorized), "\(tag)")
            #expect(allowed.contains(tag) || answer.text.contains("not_authorised"))
        }
    }

    @Test("Lists show what is in the virtual hosts that somebody may see")
    func visibleHosts() async {
        let fixture = await self.shop()
        let own = await fixture.ask(.get, "/api/vhosts", login: "management:management")
        #expect(JSON(request: own.body)?.elements?.compactMap { $0["name"]?.text } == ["shop"])
        let all = await fixture.ask(.get, "/api/vhosts", login: "monitoring:monitoring")
        #expect(JSON(request: all.body)?.elements?.count == 3)
    }

    @Test("Without permissions in a virtual host nothing in it is changed")
    func foreignHosts() async {
        let fixture = await self.shop()
        let login = "administrator:administrator"
        let answer = await fixture.ask(.put, "/api/queues/secret/q", "{}", login: login)
        #expect(answer.status == .unauthorized)
        let missing = await fixture.ask(.put, "/api/queues/nowhere/q", "{}", login: login)
        #expect(missing.status == .notFound)
        #expect(
            await fixture.ask(.put, "/api/queues/shop/q", "{}", login: login).status == .created)
    }

    @Test("Whose connection it is may not be closed by others, be they monitoring or not")
    func foreignConnections() async {
        let fixture = await self.shop()
        for tag in ["management", "policymaker", "monitoring"] {
            let answer = await fixture.ask(
                .delete, "/api/connections/username/guest", login: "\(tag):\(tag)")
            #expect(answer.status == .unauthorized, "\(tag)")
            let own = await fixture.ask(
                .delete, "/api/connections/username/\(tag)", login: "\(tag):\(tag)")
            #expect(own.status == .noContent, "\(tag)")
        }
    }

    @Test("A policy needs the tag for it")
    func policyMakers() async {
        let fixture = await self.shop()
        let body = #"{"pattern":"x","definition":{"max-length":1}}"#
        let refused = await fixture.ask(
            .put, "/api/policies/shop/p", body, login: "management:management")
        #expect(refused.status == .unauthorized)
        let taken = await fixture.ask(
            .put, "/api/policies/shop/p", body, login: "policymaker:policymaker")
        #expect(taken.status == .created)
    }
}
