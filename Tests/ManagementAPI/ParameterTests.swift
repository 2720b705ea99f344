import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// Limits, parameters and what virtual hosts say of themselves.
@Suite struct ParameterTests {
    @Test("A limit that is set is shown at each of its places, and limits")
    func hostLimits() async {
        let fixture = Fixture()
        let path = "/api/vhost-limits/%2F/max-queues"
        #expect(await fixture.status(.put, path, #"{"value":1}"#) == .noContent)
        for list in ["/api/vhost-limits", "/api/vhost-limits/%2F", "/api/parameters/vhost-limits"] {
            let value = await fixture.get(list)?.elements?.first?["value"]
            #expect(value == ["max-queues": .integer(1)], "\(list)")
        }
        #expect(await fixture.status(.put, "/api/queues/%2F/a", "{}") == .created)
        let refused = await fixture.ask(.put, "/api/queues/%2F/b", "{}")
        #expect(refused.status == .badRequest)
        #expect(
            JSON(request: refused.body)?["reason"]
                == .text("cannot declare queue 'b': queue limit in vhost '/' (1) is reached"))
        #expect(await fixture.status(.delete, path) == .noContent)
        #expect(await fixture.ask(.get, "/api/vhost-limits").text == #"[{"vhost":"/","value":[]}]"#)
        #expect(await fixture.ask(.get, "/api/vhost-limits/%2F").text == "[]")
        #expect(await fixture.status(.put, "/api/queues/%2F/b", "{}") == .created)
    }

    @Test("Limits of users outlive a new password, and go when the last is taken back")
    func userLimits() async {
        let fixture = Fixture()
        let user = #"{"password":"u","tags":""}"#
        #expect(await fixture.status(.put, "/api/users/u", user) == .created)
        let path = "/api/user-limits/u/max-channels"
        #expect(await fixture.status(.put, path, #"{"value":3}"#) == .noContent)
        #expect(await fixture.status(.put, "/api/users/u", user) == .noContent)
        #expect(await fixture.get("/api/users/u")?["limits"] == ["max-channels": .integer(3)])
        #expect(await fixture.get("/api/user-limits/u")?.elements?.count == 1)
        #expect(await fixture.status(.delete, path) == .noContent)
        #expect(await fixture.ask(.get, "/api/user-limits").text == "[]")
        #expect(await fixture.get("/api/users/u")?["limits"] == .object([]))
    }

    @Test(
        "What cannot be is refused in RabbitMQ's words",
        arguments: [
            ("vhost-limits/%2F/max-x", #"{"value":1}"#, APIStatus.badRequest, "Unrecognised terms"),
            ("vhost-limits/%2F/max-queues", #"{"value":1.5}"#, .badRequest, "actually was 1.5"),
            ("vhost-limits/%2F/max-queues", "{}", .badRequest, "key_missing,value"),
            ("vhost-limits/nowhere/max-queues", #"{"value":1}"#, .notFound, "vhost_not_found"),
            ("user-limits/nobody/max-channels", #"{"value":1}"#, .badRequest, "no_such_user"),
            ("user-limits/guest/max-queues", #"{"value":1}"#, .badRequest, "in user-limits"),
            (
                "parameters/shovel/%2F/s", #"{"value":{}}"#, .badRequest,
                "component shovel not found"
            ),
            ("parameters/policy/%2F/p", #"{"value":{}}"#, .badRequest, "may not be set using this"),
            ("parameters/vhost-limits/%2F/limits", #"{"value":5}"#, .badRequest, "not a list 5"),
            (
                "parameters/operator_policy/%2F/p", #"{"value":{"pattern":"^x"}}"#, .badRequest,
                "Key \"priority\" not found in p"
            ),
            ("vhosts/v", #"{"tracing":true}"#, .badRequest, "tracing is not supported"),
            ("vhosts/v", #"{"default_queue_type":"x"}"#, .badRequest, "invalid_queue_type"),
        ])
    func refusals(path: String, body: String, status: APIStatus, reason: String) async {
        let fixture = Fixture()
        let answer = await fixture.ask(.put, "/api/\(path)", body)
        #expect(answer.status == status)
        let said = JSON(request: answer.body)?["reason"]
        let text = said?.text ?? said?.elements?.compactMap(\.text).joined() ?? ""
        #expect(text.contains(reason), "\(text)")
        #expect(await fixture.names("/api/vhosts") == ["/"])
    }

    @Test("Global parameters hold any value, and the broker's name is one of them")
    func globals() async {
        let fixture = Fixture()
        let path = "/api/global-parameters/g"
        for (value, status) in [
            ("1", APIStatus.created), (#"{"a":[1,{}]}"#, .noContent), ("null", .noContent),
        ] {
            #expect(await fixture.status(.put, path, #"{"value":\#(value)}"#) == status)
            #expect(await fixture.ask(.get, path).text == #"{"name":"g","value":\#(value)}"#)
        }
        #expect(await fixture.status(.delete, path) == .noContent)
        #expect(await fixture.status(.delete, path) == .notFound)
        #expect(await fixture.get("/api/cluster-name")?["name"] == .text(Fixture.node))
        #expect(await fixture.status(.put, "/api/cluster-name", #"{"name":"shop"}"#) == .noContent)
        #expect(await fixture.get("/api/overview")?["cluster_name"] == .text("shop"))
    }

    @Test(
        "A virtual host says what it was told, and keeps the type of queues that it was made with")
    func metadata() async {
        let fixture = Fixture()
        let first = #"{"description":"d","tags":"a, b","default_queue_type":"quorum"}"#
        #expect(await fixture.status(.put, "/api/vhosts/v", first) == .created)
        let second = #"{"tags":["c"],"default_queue_type":"classic"}"#
        #expect(await fixture.status(.put, "/api/vhosts/v", second) == .noContent)
        let host = await fixture.get("/api/vhosts/v")
        #expect(host?["description"] == .text(""))
        #expect(host?["tags"] == .array([.text("c")]))
        #expect(host?["default_queue_type"] == .text("quorum"))
        #expect(await fixture.get("/api/vhosts/%2F")?["default_queue_type"] == .text("undefined"))
        #expect(await fixture.status(.put, "/api/queues/v/q", #"{"durable":true}"#) == .created)
        #expect(await fixture.get("/api/queues/v/q")?["type"] == .text("quorum"))
    }
}
