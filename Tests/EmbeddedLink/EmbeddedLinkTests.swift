import BrokerLink
import Core
import EmbeddedLink
import Engine
import Messaging
import NIOPosix
import Store
import Testing

@Suite("Embedded link")
struct EmbeddedLinkTests {
    @Test("it says who it is, and that looking costs nothing")
    func probe() async throws {
        let identity = try await Fixture().link.probe()
        #expect(identity.product == "queuetop")
        #expect(identity.version == "1.2.3")
        #expect(identity.address == "embedded")
        #expect(identity.browseIntrusion == .none)
        #expect(identity.capabilities.count == Capability.allCases.count)
        #expect(identity.capabilities.values.allSatisfy { $0 == .available })
    }

    @Test("its figures are exact")
    func sample() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        try await fixture.publish(3, to: "q")
        await fixture.consume("q", count: 1)
        let sample = try await fixture.link.sample()
        let queue = try #require(sample.queues.first { $0.name == "q" })
        #expect(queue.ready == 2)
        #expect(queue.unacked == 1)
        #expect(queue.consumers == 1)
        #expect(queue.totals.published == 3)
        #expect(queue.oldestReadyMicroseconds == .exact(0), "the clock stands still")
        #expect(sample.connections == 1)
        #expect(sample.at == Fixture.now)
    }

    @Test("browsing shows ready and unacked messages and changes nothing")
    func browse() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        try await fixture.publish(3, to: "q")
        await fixture.consume("q", count: 1)
        let before = try await fixture.link.sample()

        let first = try await fixture.link.browse(BrowseRequest(queue: "q", countMax: 2))
        #expect(
            first.messages.map { String(decoding: $0.message.body, as: UTF8.self) } == ["1", "2"])
        #expect(first.messages.map(\.isUnacked) == [true, false])
        #expect(first.hasMore)
        let rest = try await fixture.link.browse(
            BrowseRequest(queue: "q", after: first.messages.last?.id))
        #expect(rest.messages.map { String(decoding: $0.message.body, as: UTF8.self) } == ["3"])
        #expect(!rest.hasMore)

        #expect(try await fixture.link.sample() == before)
    }

    @Test("a body longer than asked for is cut, and its size told")
    func browseCutsBodies() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        let message = Message(exchange: .default, routingKey: "q", body: Array("0123456789".utf8))
        #expect(try await fixture.link.publish(message))
        let page = try await fixture.link.browse(BrowseRequest(queue: "q", bodyBytesMax: 4))
        #expect(page.messages.first?.message.body == Array("0123".utf8))
        #expect(page.messages.first?.bodyBytes == 10)
    }

    @Test("publishing tells whether a queue was reached, and whether the exchange exists")
    func publish() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        var message = Message(exchange: .default, routingKey: "q", body: [])
        #expect(try await fixture.link.publish(message))
        message.routingKey = "nowhere"
        #expect(try await !fixture.link.publish(message))
        message.exchange = "missing"
        await #expect(throws: LinkError.exchangeNotFound("missing")) {
            try await fixture.link.publish(message)
        }
    }

    @Test("purging removes what is ready and leaves what a consumer holds")
    func purge() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        try await fixture.publish(3, to: "q")
        await fixture.consume("q", count: 1)
        #expect(try await fixture.link.purge("q") == 2)
        let page = try await fixture.link.browse(BrowseRequest(queue: "q"))
        #expect(page.messages.map(\.isUnacked) == [true])
    }

    @Test("deleting messages takes the chosen ones as far as they are ready")
    func deleteMessages() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        try await fixture.publish(4, to: "q")
        await fixture.consume("q", count: 1)
        let ids = try await fixture.link.browse(BrowseRequest(queue: "q")).messages.map(\.id)
        #expect(try await fixture.link.delete([ids[2], ids[0]], from: "q") == 1)
        let left = try await fixture.link.browse(BrowseRequest(queue: "q"))
        #expect(
            left.messages.map { String(decoding: $0.message.body, as: UTF8.self) } == [
                "1", "2", "4",
            ])
    }

    @Test("a queue is deleted only on the conditions given")
    func deleteQueue() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        try await fixture.publish(2, to: "q")
        await fixture.consume("q", count: 1)
        let link = fixture.link
        await #expect(throws: LinkError.queueInUse("q", reason: "1 consumer")) {
            try await link.deleteQueue("q", ifUnused: true, ifEmpty: false)
        }
        await #expect(throws: LinkError.self) {
            try await link.deleteQueue("q", ifUnused: false, ifEmpty: true)
        }
        #expect(try await link.deleteQueue("q", ifUnused: false, ifEmpty: false) > 0)
        await #expect(throws: LinkError.queueNotFound("q")) { try await link.detail(of: "q") }
    }

    @Test("the detail of a queue names its consumers and bindings")
    func detail() async throws {
        let fixture = Fixture()
        await fixture.declare("q")
        await fixture.consume("q", count: 5)
        let detail = try await fixture.link.detail(of: "q")
        #expect(detail.name == "q")
        #expect(detail.consumers.map(\.id.tag) == ["worker"])
        #expect(detail.consumers.map(\.origin) == ["test"])
        #expect(detail.consumers.map(\.prefetch) == [5])
        #expect(detail.consumers.map(\.needsAck) == [true])
    }

    @Test("every call names the queue that is not there")
    func queueNotFound() async {
        let link = Fixture().link
        let expected = LinkError.queueNotFound("missing")
        await #expect(throws: expected) { try await link.detail(of: "missing") }
        await #expect(throws: expected) { try await link.purge("missing") }
        await #expect(throws: expected) { try await link.delete([], from: "missing") }
        await #expect(throws: expected) { try await link.browse(BrowseRequest(queue: "missing")) }
        await #expect(throws: expected) {
            try await link.deleteQueue("missing", ifUnused: false, ifEmpty: false)
        }
    }

    @Test("a closed link is disconnected")
    func closed() async {
        let link = Fixture().link
        await link.close()
        await #expect(throws: LinkError.disconnected(reason: "the link was closed")) {
            try await link.sample()
        }
    }
}
