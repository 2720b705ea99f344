import Core
import Engine
import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// Orders about single messages, and the figures of all queues.
@Suite struct OrdersTests {
    private func ready(_ queue: String, _ fixture: Fixture) async -> Int64? {
        await fixture.get("/api/queues/%2F/\(queue)")?["messages_ready"]?.integer
    }

    @Test("Chosen messages are deleted, and said how many were there")
    func deletes() async throws {
        let fixture = await Fixture.shop(rejecting: 4)
        let path = "/api/queuetop/queues/%2F/dead/messages"
        let page = try #require(await fixture.get(path)?["messages"])
        guard case .array(let messages) = page else { return }
        let positions = messages.compactMap { $0["position"]?.text }
        #expect(positions.count == 4)
        let body = #"{"positions":["\#(positions[2])","\#(positions[0])","987654321"]}"#
        let answer = await fixture.ask(.post, path + "/delete", body)
        #expect(answer.status == .ok)
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"deleted":2}"#)
        #expect(await self.ready("dead", fixture) == 2)
    }

    @Test("A redrive goes on from step to step, and leaves what came later")
    func steps() async throws {
        let fixture = await Fixture.shop(rejecting: 5)
        let path = "/api/queuetop/queues/%2F/dead/redrive-step"
        var text = String(
            decoding: await fixture.ask(.post, path, #"{"count":2}"#).body, as: UTF8.self)
        #expect(text.hasPrefix(#"{"moved":2,"unroutable":0,"missing":0,"moved_to":{"work":2},"#))
        await fixture.publish("later", to: "dead")
        var steps = 1
        while let marks = Self.marks(of: text), steps < 10 {
            text = String(
                decoding: await fixture.ask(.post, path, #"{"count":2,\#(marks)}"#).body,
                as: UTF8.self)
            steps += 1
        }
        #expect(await self.ready("work", fixture) == 5)
        #expect(await self.ready("dead", fixture) == 1)
    }

    /// The members `end` and `next` of an answer, as the next order has them; nil at the end.
    private static func marks(of text: String) -> String? {
        guard let place = text.firstRange(of: #""end":"#), !text.hasSuffix("null}") else {
            return nil
        }
        return String(text[place.lowerBound...].dropLast())
            .replacing(#""next":"#, with: #""after":"#)
    }

    @Test(
        "What cannot be done is said",
        arguments: [
            ("dead/messages/delete", "{}", APIStatus.badRequest),
            ("dead/messages/delete", #"{"positions":[1]}"#, .badRequest),
            ("dead/messages/delete", #"{"positions":["x"]}"#, .badRequest),
            ("none/messages/delete", #"{"positions":[]}"#, .notFound),
            ("dead/redrive-step", #"{"count":0}"#, .badRequest),
            ("dead/redrive-step", #"{"count":1001}"#, .badRequest),
            ("dead/redrive-step", #"{"target":"none"}"#, .badRequest),
            ("dead/redrive-step", #"{"end":"x"}"#, .badRequest),
            ("dead/redrive-step", #"{"after":"-1"}"#, .badRequest),
            ("none/redrive-step", "{}", .notFound),
            ("dead/redrive-step", #"{"positions":"104"}"#, .badRequest),
            ("dead/redrive-step", #"{"positions":{}}"#, .badRequest),
            ("dead/redrive-step", #"{"positions":null}"#, .badRequest),
            ("dead/redrive-step", #"{"positions":[104]}"#, .badRequest),
            ("dead/redrive-step", #"{"target":5}"#, .badRequest),
            ("dead/redrive-step", #"{"target":["work"]}"#, .badRequest),
            ("dead/redrive-step", #"{"targets":"work"}"#, .badRequest),
            ("dead/redrive-step", #"{"target":"work","target":"work"}"#, .badRequest),
            ("dead/redrive-step", #"{"count":"5"}"#, .badRequest),
            ("dead/redrive-step", #"{"count":1.5}"#, .badRequest),
            ("dead/redrive-step", #"{"end":7}"#, .badRequest),
            ("dead/redrive-step", #"{"after":null}"#, .badRequest),
            ("dead/redrive-step", "[]", .badRequest),
            ("dead/redrive", #"{"target":5}"#, .badRequest),
            ("dead/redrive", #"{"targets":"work"}"#, .badRequest),
            ("dead/redrive", #"{"rate":"5"}"#, .badRequest),
            ("dead/messages/delete", #"{"positions":"1"}"#, .badRequest),
            ("dead/messages/delete", #"{"positions":[],"all":true}"#, .badRequest),
            ("dead/breaker", #"{"state":"ajar"}"#, .badRequest),
            ("dead/breaker", "{}", .badRequest),
        ])
    func refusals(path: String, body: String, status: APIStatus) async {
        let fixture = await Fixture.shop(rejecting: 1)
        #expect(await fixture.status(.post, "/api/queuetop/queues/%2F/\(path)", body) == status)
        #expect(await self.ready("dead", fixture) == 1, "nothing was moved")
    }

    @Test("Figures are of all queues, exact")
    func figures() async throws {
        let fixture = await Fixture.shop(rejecting: 3)
        let list = try #require(await fixture.get("/api/queuetop/figures/%2F")?["queues"])
        guard case .array(let queues) = list else { return }
        let work = try #require(queues.first { $0["name"]?.text == "work" })
        #expect(work["dead"]?.integer == 3)
        #expect(work["totals"]?["published"]?.integer == 3)
        #expect(work["totals"]?["rejected"]?.integer == 3)
        #expect(work["totals"]?["dead_lettered"]?.integer == 3)
        #expect(await fixture.status(.get, "/api/queuetop/figures/none") == .notFound)
    }

    @Test("Browsing gives the properties as AMQP encodes them, when it is asked to")
    func exactProperties() async throws {
        let fixture = await Fixture.shop(rejecting: 1)
        let path = "/api/queuetop/queues/%2F/dead/messages"
        let plain = String(decoding: await fixture.ask(.get, path).body, as: UTF8.self)
        #expect(!plain.contains("amqp_properties"))
        let exact = String(
            decoding: await fixture.ask(.get, path + "?properties=amqp").body, as: UTF8.self)
        #expect(exact.contains(#""amqp_properties":""#))
    }

    @Test("A stream is browsed from any place")
    func streams() async throws {
        let fixture = Fixture()
        _ = await fixture.ask(
            .put, "/api/queues/%2F/log",
            #"{"durable":true,"arguments":{"x-queue-type":"stream"}}"#)
        for number in 0..<5 { await fixture.publish("m\(number)", to: "log") }
        func payloads(_ query: String) async -> String {
            let path = "/api/queuetop/queues/%2F/log/messages?\(query)"
            return String(decoding: await fixture.ask(.get, path).body, as: UTF8.self)
        }
        for (query, first) in [("from=first", "m0"), ("from=last", "m4"), ("from=offset:3", "m3")] {
            let text = await payloads(query + "&count=1")
            #expect(text.contains(#""payload":"\#(first)""#), "\(query): \(text)")
        }
        #expect(await payloads("from=time:0&count=1").contains(#""payload":"m0""#))
        #expect(await payloads("from=somewhere").contains("bad_request"))
    }
}
