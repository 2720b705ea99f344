import Core
import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// What requests change and what they are told.
@Suite struct ControllerTests {
    @Test("A queue is declared once, shown, purged and deleted")
    func queueLife() async {
        let fixture = Fixture()
        let path = "/api/queues/%2F/a%2Fb"
        let body = #"{"durable":true,"arguments":{"x-max-length":5}}"#
        #expect(await fixture.status(.put, path, body) == .created)
        #expect(await fixture.status(.put, path, body) == .noContent)
        #expect(await fixture.status(.put, path, "{}") == .badRequest)
        let queue = await fixture.get(path)
        #expect(queue?["name"] == .text("a/b"))
        #expect(queue?["arguments"] == .object([.init("x-max-length", .integer(5))]))
        await fixture.publish("x", to: "a/b")
        #expect(await fixture.status(.delete, path + "?if-empty=true") == .badRequest)
        #expect(await fixture.status(.delete, path + "/contents") == .noContent)
        #expect(await fixture.get(path)?["messages"] == .integer(0))
        #expect(await fixture.status(.delete, path + "?if-empty=true") == .noContent)
        #expect(await fixture.status(.get, path) == .notFound)
        #expect(await fixture.status(.delete, path) == .notFound)
    }

    @Test("Messages are fetched in each of RabbitMQ's ways")
    func fetching() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        for number in 1...3 { await fixture.publish("m\(number)", to: "q") }
        func fetch(_ mode: String, count: Int = 1, _ more: String = "") async -> [String] {
            let answer = await fixture.ask(
                .post, "/api/queues/%2F/q/get",
                #"{"count":\#(count),"ackmode":"\#(mode)","encoding":"auto"\#(more)}"#)
            let items = JSON(request: answer.body)?.elements ?? []
            return items.compactMap { $0["payload"]?.text }
        }
        #expect(await fetch("ack_requeue_true", count: 2) == ["m1", "m2"])
        #expect(await fetch("ack_requeue_true", count: -1) == ["m1", "m2", "m3"])
        #expect(await fetch("ack_requeue_true", #","truncate":1"#) == ["m"])
        #expect(await fetch("ack_requeue_false") == ["m1"])
        #expect(await fetch("reject_requeue_true") == ["m2"])
        #expect(await fetch("reject_requeue_false") == ["m2"])
        #expect(await fetch("ack_requeue_false", count: 60) == ["m3"])
        #expect(await fetch("ack_requeue_false") == [])
        #expect(await fixture.get("/api/queues/%2F/q")?["messages"] == .integer(0))
    }

    @Test("Bindings are named by key and arguments, and found by that name")
    func bindings() async throws {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        let path = "/api/bindings/%2F/e/amq.topic/q/q"
        let answer = await fixture.ask(
            .post, path, #"{"routing_key":"a b/*","arguments":{"x":1}}"#)
        #expect(answer.status == .created)
        #expect(await fixture.status(.post, path, "{}") == .created)
        let list = try #require(await fixture.get(path)?.elements)
        let keys = list.compactMap { $0["properties_key"]?.text }
        #expect(keys.first == "~")
        let key = try #require(keys.last)
        #expect(key.hasPrefix("a+b%2F%2A~"))
        // As clients send it: encoded once more, or as it is.
        let encoded = key.split(separator: "%").joined(separator: "%25")
            .split(separator: "+").joined(separator: "%2B")
        #expect(await fixture.get("\(path)/\(encoded)")?["arguments"]?["x"] == .integer(1))
        #expect(await fixture.status(.delete, "\(path)/\(key)") == .noContent)
        #expect(await fixture.status(.delete, "\(path)/~") == .noContent)
        #expect(await fixture.get(path) == .array([]))
    }

    @Test("A policy changes alone, others stay; a deleted virtual host takes all it has along")
    func policiesAndHosts() async {
        let fixture = Fixture()
        let body = #"{"pattern":"^q","definition":{"max-length":5},"priority":1}"#
        #expect(await fixture.status(.put, "/api/vhosts/shop", "") == .created)
        for path in ["policies/%2F/one", "policies/shop/two", "operator-policies/shop/two"] {
            #expect(await fixture.status(.put, "/api/\(path)", body) == .created)
            #expect(await fixture.status(.put, "/api/\(path)", body) == .noContent)
        }
        #expect(await fixture.status(.put, "/api/queues/shop/q", #"{"durable":true}"#) == .created)
        #expect(await fixture.get("/api/queues/shop/q")?["policy"] == .text("two"))
        #expect(await fixture.get("/api/queues/shop/q")?["operator_policy"] == .text("two"))
        #expect(await fixture.names("/api/policies") == ["one", "two"])
        #expect(await fixture.status(.delete, "/api/vhosts/shop") == .noContent)
        #expect(await fixture.names("/api/policies") == ["one"])
        #expect(await fixture.names("/api/operator-policies") == [])
        #expect(await fixture.names("/api/queues") == [])
        #expect(await fixture.names("/api/vhosts") == ["/"])
        #expect(await fixture.status(.put, "/api/vhosts/shop", "") == .created)
        #expect(await fixture.names("/api/queues/shop") == [])
        #expect(await fixture.status(.delete, "/api/vhosts/%2F") == .badRequest)
    }

    @Test("Rates come with the second sample, and are what grew by a second")
    func rates() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        await fixture.sample()
        #expect(await fixture.get("/api/queues/%2F/q")?["messages_details"] == nil)
        for _ in 0..<20 { await fixture.publish("x", to: "q") }
        fixture.clock.advance(seconds: 5)
        await fixture.sample()
        let queue = await fixture.get("/api/queues/%2F/q")
        #expect(queue?["messages_details"]?["rate"] == .number(4))
        #expect(queue?["message_stats"]?["publish_details"]?["rate"] == .number(4))
        #expect(queue?["message_stats"]?["ack_details"]?["rate"] == .number(0))
        let overview = await fixture.get("/api/overview")
        #expect(overview?["message_stats"]?["publish_details"]?["rate"] == .number(4))
        #expect(overview?["queue_totals"]?["messages"] == .integer(20))
    }

    @Test("What came in stays counted when its queue and its connection are gone")
    func totalsOutliveQueues() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        await fixture.publish("x", to: "q")
        await fixture.publish("x", to: "nowhere")
        _ = await fixture.ask(.delete, "/api/queues/%2F/q")
        let stats = await fixture.get("/api/overview")?["message_stats"]
        #expect(stats?["publish"] == .integer(2))
        #expect(stats?["drop_unroutable"] == .integer(1))
    }

    @Test("Paths and methods that there are not, and names that are too long, are refused")
    func refusals() async {
        let fixture = Fixture()
        #expect(await fixture.status(.get, "/api/nothing") == .notFound)
        #expect(await fixture.status(.get, "/other") == .notFound)
        #expect(await fixture.status(.post, "/api/overview") == .methodNotAllowed)
        #expect(await fixture.status(.get, "/api/queues/%zz") == .badRequest)
        #expect(await fixture.status(.get, "/api/queues/%ff") == .badRequest)
        let name = String(repeating: "q", count: Limits.nameBytesMax)
        #expect(await fixture.status(.put, "/api/queues/%2F/\(name)", "{}") == .created)
        #expect(await fixture.status(.put, "/api/queues/%2F/\(name)q", "{}") == .badRequest)
        let methods = await fixture.ask(.options, "/api/queues/%2F/q")
        #expect(methods.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PUT")
    }

    @Test("Definitions come out and go in again")
    func definitions() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/vhosts/shop", #"{"description":"d","tags":"a,b"}"#)
        _ = await fixture.ask(.put, "/api/queues/shop/q", #"{"durable":true}"#)
        _ = await fixture.ask(.put, "/api/vhost-limits/shop/max-queues", #"{"value":5}"#)
        _ = await fixture.ask(.put, "/api/user-limits/guest/max-channels", #"{"value":6}"#)
        _ = await fixture.ask(.put, "/api/global-parameters/g", #"{"value":[1,{"a":null}]}"#)
        _ = await fixture.ask(
            .post, "/api/bindings/shop/e/amq.topic/q/q", #"{"routing_key":"k"}"#)
        let exported = await fixture.ask(.get, "/api/definitions").text
        let other = Fixture()
        #expect(await other.status(.post, "/api/definitions", exported) == .noContent)
        #expect(await other.ask(.get, "/api/definitions").text == exported)
        let one = await fixture.ask(.get, "/api/definitions/shop").text
        #expect(await other.status(.post, "/api/definitions/%2F", one) == .noContent)
        #expect(await other.names("/api/queues/%2F") == ["q"])
    }
}
