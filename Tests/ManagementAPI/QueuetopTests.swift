import Core
import Engine
import ManagementAPI
import Messaging
import PlainJSON
import ServiceLifecycle
import Testing

/// What the API has beside RabbitMQ's.
@Suite struct QueuetopTests {
    @Test("Browsing goes through a queue by position and takes nothing")
    func browsing() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        for number in 1...5 { await fixture.publish("m\(number)", to: "q") }
        let path = "/api/queuetop/queues/%2F/q/messages?count=2"
        var payloads: [[String]] = []
        var after = ""
        while true {
            let page = await fixture.get(path + after)
            payloads.append((page?["messages"]?.elements ?? []).compactMap { $0["payload"]?.text })
            guard let next = page?["next"]?.text else { break }
            after = "&after=\(next)"
        }
        #expect(payloads == [["m1", "m2"], ["m3", "m4"], ["m5"]])
        let queue = await fixture.get("/api/queues/%2F/q")
        #expect(queue?["messages_ready"] == .integer(5))
        #expect(queue?["message_stats"]?["deliver_get"] == .integer(0))
    }

    @Test("A filter finds what it wants, however far behind it lies")
    func filtering() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        for number in 0..<600 { await fixture.publish("order \(number)", to: "q") }
        _ = await fixture.ask(
            .post, "/api/exchanges/%2F/amq.default/publish",
            #"{"properties":{"headers":{"kind":"rare","n":7}},"routing_key":"q","#
                + #""payload":"other","payload_encoding":"string"}"#)
        func find(_ query: String) async -> [String] {
            let page = await fixture.get("/api/queuetop/queues/%2F/q/messages?\(query)")
            return (page?["messages"]?.elements ?? []).compactMap { $0["payload"]?.text }
        }
        #expect(await find("contains=order+599") == ["order 599"])
        #expect(await find("contains=order+599&body_bytes=5") == ["order"])
        #expect(await find("header=kind:rare") == ["other"])
        #expect(await find("header=n:7") == ["other"])
        #expect(await find("header=n:8") == [])
        #expect(await find("routing_key=q&count=3").count == 3)
        #expect(await find("routing_key=x") == [])
        #expect(await find("exchange=amq.topic") == [])
    }

    @Test("What browsing cannot do is said", arguments: ["count=0", "count=1001", "after=x"])
    func browseRefusals(query: String) async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        let path = "/api/queuetop/queues/%2F/q/messages"
        #expect(await fixture.status(.get, "\(path)?\(query)") == .badRequest)
        #expect(await fixture.status(.get, "/api/queuetop/queues/%2F/x/messages") == .notFound)
    }

    @Test("Timings are null before there are any, and seconds afterwards")
    func timings() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        await fixture.publish("m", to: "q")
        let path = "/api/queuetop/queues/%2F/q/timings"
        #expect(await fixture.get(path)?["time_in_queue"] == .null)
        fixture.clock.advance(seconds: 3)
        _ = await fixture.ask(
            .post, "/api/queues/%2F/q/get",
            #"{"count":1,"ackmode":"ack_requeue_false","encoding":"auto"}"#)
        let waited = await fixture.get(path)?["time_in_queue"]
        #expect(waited?["count"] == .integer(1))
        guard case .number(let seconds) = waited?["p50_seconds"] else {
            Issue.record("no percentile: \(String(describing: waited))")
            return
        }
        #expect((2.8...3.2).contains(seconds))
    }

    @Test("Dead letters are grouped by why and where they died")
    func deadLetters() async {
        let fixture = await Fixture.shop(rejecting: 3)
        let groups = await fixture.get("/api/queuetop/dead-letters/%2F")
        #expect(groups?["complete"] == .bool(true))
        #expect(groups?["groups"]?.elements?.count == 1)
        let group = groups?["groups"]?.elements?.first
        #expect(group?["queue"] == .text("dead"))
        #expect(group?["origin"] == .text("work"))
        #expect(group?["reason"] == .text("rejected"))
        #expect(group?["count"] == .integer(3))
    }

    @Test("A redrive puts dead letters back, and can be paused, resumed and stopped")
    func redriving() async {
        let fixture = await Fixture.shop(rejecting: 30)
        let path = "/api/queuetop/queues/%2F/dead/redrive"
        // Not run yet, so that it stands still while it is paused.
        let begun = await fixture.ask(.post, path, #"{"rate":1000000}"#)
        #expect(begun.status == .created)
        let job = "/api/queuetop/redrives/1"
        #expect(await fixture.status(.post, job + "/pause") == .ok)
        #expect(await fixture.get(job)?["state"] == .text("paused"))
        #expect(await fixture.status(.post, job + "/resume") == .ok)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await fixture.redrives.run() }
            while await fixture.get(job)?["state"] == .text("running") { await Task.yield() }
            tasks.cancelAll()
        }
        let status = await fixture.get(job)
        #expect(status?["state"] == .text("finished"))
        #expect(status?["moved_to"]?["work"] == .integer(30))
        #expect(await fixture.get("/api/queues/%2F/work")?["messages"] == .integer(30))
        #expect(await fixture.get("/api/queues/%2F/dead")?["messages"] == .integer(0))
        #expect(await fixture.status(.delete, job) == .badRequest)
        #expect(await fixture.status(.get, "/api/queuetop/redrives/2") == .notFound)
    }

    @Test("A redrive pauses by itself when messages come back, and goes on when it is told to")
    func returning() async throws {
        let fixture = await Fixture.shop(rejecting: 200)
        // Seconds of it, of which one is enough for too many to come back.
        _ = await fixture.ask(.post, "/api/queuetop/queues/%2F/dead/redrive", #"{"rate":60}"#)
        let job = "/api/queuetop/redrives/1"
        func isRunning() async -> Bool { await fixture.get(job)?["state"] == .text("running") }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await fixture.redrives.run() }
            while await isRunning() {
                _ = await fixture.ask(
                    .post, "/api/queues/%2F/work/get",
                    #"{"count":100,"ackmode":"reject_requeue_false","encoding":"auto"}"#)
            }
            let paused = await fixture.get(job)
            #expect(paused?["state"] == .text("paused"))
            #expect(paused?["reason"]?.text?.contains("messages came into dead while") == true)
            #expect(await fixture.status(.post, job + "/resume") == .ok)
            #expect(await fixture.get(job)?["reason"] == .null)
            while await isRunning() { await Task.yield() }
            tasks.cancelAll()
        }
        #expect(await fixture.get(job)?["moved"] == .integer(200))
        #expect(await fixture.get(job)?["state"] == .text("finished"))
    }

    @Test("A stopped redrive moves nothing more")
    func stopping() async {
        let fixture = await Fixture.shop(rejecting: 5)
        _ = await fixture.ask(.post, "/api/queuetop/queues/%2F/dead/redrive", "{}")
        #expect(await fixture.status(.delete, "/api/queuetop/redrives/1") == .ok)
        let second = await fixture.ask(
            .post, "/api/queuetop/queues/%2F/dead/redrive", #"{"target":"work"}"#)
        #expect(second.status == .created)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await fixture.redrives.run() }
            while await fixture.get("/api/queuetop/redrives/2")?["state"] == .text("running") {
                await Task.yield()
            }
            tasks.cancelAll()
        }
        #expect(await fixture.get("/api/queuetop/redrives/1")?["moved"] == .integer(0))
        #expect(await fixture.get("/api/queuetop/redrives/2")?["moved"] == .integer(5))
    }

    @Test("A redrive that cannot be is refused")
    func redriveRefusals() async {
        let fixture = await Fixture.shop(rejecting: 1)
        let path = "/api/queuetop/queues/%2F/dead/redrive"
        for body in [#"{"rate":0}"#, #"{"rate":1000001}"#, #"{"target":"nowhere"}"#, "["] {
            #expect(await fixture.status(.post, path, body) == .badRequest, "\(body)")
        }
        #expect(await fixture.status(.post, "/api/queuetop/queues/%2F/x/redrive") == .notFound)
        let stream = #"{"durable":true,"arguments":{"x-queue-type":"stream"}}"#
        _ = await fixture.ask(.put, "/api/queues/%2F/s", stream)
        #expect(await fixture.status(.post, "/api/queuetop/queues/%2F/s/redrive") == .badRequest)
    }

    @Test("There are so many redrives at once, and no more; those that are over make room")
    func redriveLimit() async {
        let fixture = await Fixture.shop(rejecting: 1)
        let path = "/api/queuetop/queues/%2F/dead/redrive"
        for _ in 0..<100 { #expect(await fixture.status(.post, path) == .created) }
        #expect(await fixture.status(.post, path) == .badRequest)
        _ = await fixture.ask(.delete, "/api/queuetop/redrives/7")
        #expect(await fixture.status(.post, path) == .created)
        #expect(await fixture.status(.get, "/api/queuetop/redrives/7") == .notFound)
    }

    @Test("Events tell of queues that come and go")
    func events() async throws {
        let fixture = Fixture()
        let answer = await fixture.ask(.get, "/api/queuetop/events")
        #expect(answer.contentType == "text/event-stream")
        let stream = try #require(answer.stream)
        #expect(String(decoding: await stream.next() ?? [], as: UTF8.self).hasPrefix(":"))
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        let come = String(decoding: await stream.next() ?? [], as: UTF8.self)
        #expect(come == "event: queue.declared\ndata: {\"name\":\"q\",\"vhost\":\"/\"}\n\n")
        _ = await fixture.ask(.delete, "/api/queues/%2F/q")
        let gone = String(decoding: await stream.next() ?? [], as: UTF8.self)
        #expect(gone == "event: queue.deleted\ndata: {\"name\":\"q\",\"vhost\":\"/\"}\n\n")
    }
}
