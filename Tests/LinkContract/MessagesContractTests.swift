import AMQP
import AMQPClient
import BrokerLink
import Messaging
import Testing

/// Looking at messages and removing them, over every link.
@Suite("Link contract: messages", .serialized)
struct MessagesContractTests {
    @Test(
        "A peek shows pages from the head, and leaves everything as it is",
        arguments: BrokerUnderTest.all)
    func peek(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("peek")
            try await bench.publish(numbers(5), to: queue)
            let first = try await bench.browse(queue, countMax: 3)
            #expect(first.bodies == ["1", "2", "3"])
            #expect(first.hasMore)
            #expect(first.messages.map(\.message.properties.messageID) == ["1", "2", "3"])
            let second = try await bench.browse(queue, after: first.messages.last?.id, countMax: 3)
            #expect(second.bodies == ["4", "5"])
            #expect(!second.hasMore)
            let again = try await bench.browse(queue)
            #expect(again.messages.map(\.id) == (first.messages + second.messages).map(\.id))
            #expect(again.messages.map(\.id) == again.messages.map(\.id).sorted())
            try await eventually("all are back") { try await bench.ready(queue) == 5 }
            #expect(try await bench.drain(queue) == numbers(5))
        }
    }

    @Test(
        "On a queuetop a peek needs no question, and flags nothing redelivered",
        arguments: [BrokerUnderTest.embedded, .queuetop])
    func harmlessPeek(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            #expect(try await bench.link.probe().browseIntrusion == .none)
            let shop = try await bench.declareShop()
            try await bench.kill(numbers(3), in: shop)
            let page = try await bench.link.browse(
                BrowseRequest(queue: shop.dead, intrusionMax: .none))
            #expect(page.bodies == numbers(3))
            #expect(page.messages.map(\.isRedelivered) == [false, false, false])
            #expect(page.messages.allSatisfy { $0.deaths.first?.queue == shop.work })
            #expect(page.messages.allSatisfy { $0.enqueuedAt != nil })
            let message = try #require(try await bench.channel.get(shop.dead))
            #expect(!message.isRedelivered)
            bench.channel.reject(message.tag, requeue: true)
            try await eventually("it is back") { try await bench.ready(shop.dead) == 3 }
        }
    }

    @Test("One message's whole body can be had after its beginning", arguments: BrokerUnderTest.all)
    func wholeBody(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("body")
            let long = String(repeating: "long ", count: 2_000)
            try await bench.publish(["short", long, "last"], to: queue)
            let page = try await bench.link.browse(
                BrowseRequest(queue: queue, bodyBytesMax: 16, intrusionMax: .marksRedelivered))
            #expect(page.bodies == ["short", String(long.prefix(16)), "last"])
            #expect(page.messages.map(\.bodyBytes) == [5, long.utf8.count, 4])
            let whole = try await bench.browse(queue, after: page.messages[0].id, countMax: 1)
            #expect(whole.messages.map(\.id) == [page.messages[1].id])
            #expect(whole.bodies == [long])
        }
    }

    @Test("A purge removes what is ready and says how many", arguments: BrokerUnderTest.all)
    func purge(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("purge")
            try await bench.publish(numbers(5), to: queue)
            #expect(try await bench.link.purge(queue) == 5)
            #expect(try await bench.link.purge(queue) == 0)
        }
    }

    @Test("Chosen messages are removed, and nothing else", arguments: BrokerUnderTest.all)
    func delete(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("delete")
            try await bench.publish(numbers(5), to: queue)
            let ids = try await bench.browse(queue).messages.map(\.id)
            #expect(try await bench.link.delete([ids[1], ids[3]], from: queue) == 2)
            #expect(try await bench.link.delete([ids[1]], from: queue) == 0)
            try await eventually("the others are back") { try await bench.ready(queue) == 3 }
            #expect(try await bench.drain(queue) == ["1", "3", "5"])
        }
    }

    @Test(
        "A queue that changed since it was looked at loses no other message",
        arguments: BrokerUnderTest.all)
    func deleteAfterChange(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("changed")
            try await bench.publish(numbers(5), to: queue)
            let ids = try await bench.browse(queue).messages.map(\.id)
            try await eventually("all are back") { try await bench.ready(queue) == 5 }
            _ = try await bench.channel.get(queue, noAck: true)
            _ = try await bench.channel.get(queue, noAck: true)
            try await bench.publish(["6"], to: queue)
            #expect(try await bench.link.delete([ids[0], ids[3]], from: queue) == 1)
            try await eventually("the others are back") { try await bench.ready(queue) == 3 }
            #expect(try await bench.drain(queue) == ["3", "5", "6"])
        }
    }

    @Test("A publish says whether any queue has it", arguments: BrokerUnderTest.all)
    func publish(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("publish")
            let message = Message(
                exchange: .default, routingKey: queue.text, body: Array("hello".utf8))
            #expect(try await bench.link.publish(message))
            #expect(try await bench.drain(queue) == ["hello"])
            let lost = Message(
                exchange: .default, routingKey: bench.name("nowhere").text, body: [])
            #expect(try await bench.link.publish(lost) == false)
        }
    }

    @Test("A queue is deleted under its conditions only", arguments: BrokerUnderTest.all)
    func deleteQueue(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("doomed")
            try await bench.publish(numbers(2), to: queue)
            await #expect {
                try await bench.link.deleteQueue(queue, ifUnused: false, ifEmpty: true)
            } throws: { error in
                guard case LinkError.queueInUse(queue, _) = error else { return false }
                return true
            }
            #expect(
                try await bench.link.deleteQueue(queue, ifUnused: true, ifEmpty: false) == 2)
            await #expect(throws: LinkError.queueNotFound(queue)) {
                try await bench.link.purge(queue)
            }
        }
    }

    @Test(
        "A stream is read from any place, and a part of it copied", arguments: BrokerUnderTest.all)
    func streams(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let stream = try await bench.declare("stream", ["x-queue-type": .string("stream")])
            let target = try await bench.declare("target")
            bench.channel.publish(
                numbers(30).map {
                    Message(exchange: .default, routingKey: stream.text, body: Array($0.utf8))
                })
            try await eventually("the stream has all") {
                try await bench.browse(stream).messages.count == 30
            }
            let page = try await bench.browse(stream, from: .offset(10), countMax: 5)
            #expect(page.bodies == ["11", "12", "13", "14", "15"])
            let next = try await bench.browse(stream, after: page.messages.last?.id, countMax: 2)
            #expect(next.bodies == ["16", "17"])
            var last: ReplayEvent?
            let request = ReplayRequest(stream: stream, from: .offset(20), target: target)
            for await event in bench.link.replay(request) { last = event }
            #expect(last == .finished(ReplayReport(copied: 10, left: 0)))
            #expect(try await bench.drain(target) == (21...30).map { "\($0)" })
        }
    }
}
