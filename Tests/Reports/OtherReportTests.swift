import BrokerLink
import Messaging
import PlainJSON
import Reports
import TestSupport
import Testing

/// Bindings, consumers, one queue and its messages as text.
@Suite("Reports")
struct OtherReportTests {
    static let detail = QueueDetail(
        name: "orders", arguments: ["x-dead-letter-exchange": .string("dlx")], policy: "limits",
        consumers: [Self.consumer],
        bindings: [
            .init(exchange: "", exchangeType: "direct", routingKey: "orders", arguments: [:]),
            .init(
                exchange: "x", exchangeType: "headers", routingKey: "",
                arguments: ["n": .int8(1), "x-match": .string("all")]),
        ], durability: .sync)

    static let consumer = ClientConsumer(
        id: .init(connection: ConnectionID(1), channel: ChannelNumber(2), tag: "ctag1"),
        queue: "orders", origin: "127.0.0.1:5", prefetch: 10, unacked: 3,
        oldestUnackedMicroseconds: 1_900_000)

    @Test("Bindings, the default exchange by its name")
    func bindings() {
        let report = BindingReport([Self.detail], broker: .fake())
        #expect(
            report.table.lines(.plain) == [
                "EXCHANGE   TYPE     ROUTING KEY  QUEUE   ARGUMENTS",
                "(default)  direct   orders       orders  –",
                #"x          headers               orders  {"n":1,"x-match":"all"}"#,
            ])
        #expect(
            report.json["bindings"]?.elements?.last?.compactText
                == #"{"exchange":"x","exchange_type":"headers","routing_key":"","#
                + #""queue":"orders","arguments":{"n":1,"x-match":"all"}}"#)
    }

    @Test("Consumers and what they hold")
    func consumers() {
        let roster = ClientRoster(at: .testStart, consumers: [Self.consumer])
        let report = ConsumerReport(roster, broker: .fake())
        #expect(
            report.table.lines(.plain) == [
                "QUEUE   CONSUMER  CLIENT       UNACK  OLDEST  PREFETCH  PRIO  MODE  STATE",
                "orders  ctag1     127.0.0.1:5      3   1.9 s        10     0  ack   active",
            ])
        #expect(
            report.json["consumers"]?.elements?.first?.compactText
                == #"{"queue":"orders","consumer_tag":"ctag1","client":"127.0.0.1:5","channel":2,"#
                + #""unacked_messages":3,"oldest_unacked_microseconds":1900000,"#
                + #""prefetch_messages":10,"priority":0,"needs_ack":true,"is_exclusive":false,"#
                + #""is_active":true,"lag_messages":null}"#)
        let others = ConsumerReport(
            roster, broker: .fake(), pattern: NamePattern(glob: "mail"))
        #expect(others.table.rows.isEmpty)
    }

    @Test("One queue: facts, then what is connected to it")
    func queue() throws {
        let history = SampleHistory.of(
            [SteadyQueue(QueueSample(name: "orders", ready: 5, consumers: 1, waiting: 2))],
            second: 0)
        let report = QueueDetailReport(Self.detail, in: history, broker: .fake())
        let lines = report.lines(.plain)
        #expect(lines.first == "name                 orders")
        #expect(lines.contains("durability           sync"))
        #expect(lines.contains("ready                5 messages"))
        #expect(lines.contains("waiting for a retry  2 messages"))
        #expect(lines.contains(#"arguments            {"x-dead-letter-exchange":"dlx"}"#))
        #expect(lines.contains("policy               limits"))
        let bindings = try #require(lines.firstIndex(of: "Bindings"))
        let consumers = try #require(lines.firstIndex(of: "Consumers"))
        #expect(bindings < consumers)
        #expect(!lines.contains("Consumer groups"))
        let queue = try #require(report.json["queue"])
        #expect(queue["ready_messages"] == .integer(5))
        #expect(queue["policy"] == .text("limits"))
        #expect(queue["bindings"]?.elements?.count == 2)
        #expect(queue["consumer_list"]?.elements?.count == 1)
        let own = (queue.members ?? []).map(\.name).drop { $0 != "is_durable" }
        #expect(Array(own) == QueueDetailReport.members.map(\.name), "what --help lists")
    }

    @Test("Durability is what the broker tells, and null where it tells none")
    func durability() {
        for durability in [QueueDetail.Durability.sync, .written, .memory, nil] {
            let detail = QueueDetail(name: "q", durability: durability)
            let json = QueueDetailReport(detail, in: SampleHistory(), broker: .fake()).json
            #expect(json["queue"]?["durability"] == durability.map { .text($0.rawValue) } ?? .null)
        }
    }

    static func page(body: [UInt8]) -> BrowsePage {
        var message = Message(exchange: "x", routingKey: "k\n", body: body)
        message.properties.contentType = "text/plain"
        message.properties.headers = ["tries": .int32(3)]
        return BrowsePage(
            queue: "orders",
            messages: [
                BrowsedMessage(
                    id: MessageID(Position(41)), message: message, bodyBytes: body.count,
                    enqueuedAt: .testStart, isRedelivered: true, isUnacked: false,
                    deaths: [
                        DeathRecord(
                            count: 2, reason: .rejected, queue: "mail",
                            timeSeconds: 1_795_285_840, exchange: "", routingKeys: ["mail"])
                    ])
            ], hasMore: true)
    }

    @Test("Messages in a table, one line each")
    func peek() {
        let report = PeekReport(
            Self.page(body: Array("hello\n  world".utf8)), broker: .fake(),
            now: .testStart.adding(seconds: 90))
        #expect(
            report.table.lines(.plain) == [
                "POSITION     AGE  SIZE  DIED  STATE               EXCHANGE  ROUTING KEY  BODY",
                "      41  1m 30s  13 B    2×  ready, redelivered  x         "
                    + "k␊           hello world",
            ])
    }

    @Test("Messages of a stream by their offsets, which --from takes")
    func offsets() {
        var page = Self.page(body: [])
        page.messages[0].streamOffset = 7
        let report = PeekReport(page, broker: .fake(), now: .testStart)
        let lines = report.table.lines(.plain)
        #expect(lines[0].hasPrefix("OFFSET"))
        #expect(lines[1].hasPrefix("     7"))
        #expect(report.fullLines(.plain).first == "Message at 7, 0 B")
        #expect(report.json["messages"]?.elements?.first?["offset"] == .integer(7))
    }

    @Test("A message with everything in it, made harmless")
    func full() {
        let report = PeekReport(
            Self.page(body: Array("hello \u{1B}[2J".utf8)), broker: .fake(),
            now: .testStart.adding(seconds: 60))
        #expect(
            report.fullLines(.plain) == [
                "Message at 41, 10 B", "exchange: x", "routing_key: k␊",
                "content_type: text/plain", "  tries: 3",
                "died: rejected in mail 2 times, first 2m 00s ago; came through (default) → mail",
                "", "hello ␛[2J",
            ])
    }

    @Test("The document has what an export has, and how the message lies in its queue")
    func peekDocument() {
        let report = PeekReport(
            Self.page(body: [0xFF]), broker: .fake(), now: .testStart)
        #expect(report.json["has_more"] == .bool(true))
        #expect(
            report.json["messages"]?.elements?.first?.compactText
                == #"{"exchange":"x","routing_key":"k\n","properties":"#
                + #"{"content_type":"text/plain"},"headers":"#
                + #"[{"name":"tries","type":"int32","value":3}],"body_base64":"/w==","#
                + #""position":41,"offset":null,"enqueued_at":"2026-11-21T18:31:40.000Z","#
                + #""is_redelivered":true,"is_unacked":false,"body_bytes":1,"#
                + #""is_body_cut":false,"deaths":[{"queue":"mail","reason":"rejected","count":2,"#
                + #""first_at":"2026-11-21T18:30:40.000Z","exchange":"","#
                + #""routing_keys":["mail"]}]}"#)
    }
}
