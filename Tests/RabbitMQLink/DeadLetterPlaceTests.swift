import Messaging
import PlainJSON
import RabbitMQLink
import Testing

@Suite("Where dead letters come to")
struct DeadLetterPlaceTests {
    private typealias Exchange = DeadLetterWays.Exchange
    private static let known: [ExchangeName: Exchange] = [
        "unbound": Exchange(type: "fanout", bindings: []),
        "gone": Exchange(type: "", bindings: []),
        "unread": Exchange(type: "", bindings: [], mayLeadOn: true),
        "fanout": Exchange(type: "fanout", bindings: [bind("dead")]),
        "to-itself": Exchange(type: "fanout", bindings: [bind("q")]),
        "direct": Exchange(type: "direct", bindings: [bind("dead", "k")]),
        "topic": Exchange(type: "topic", bindings: [bind("dead", "a.*.#")]),
        "all": Exchange(type: "topic", bindings: [bind("dead", "#")]),
        "headers": Exchange(type: "headers", bindings: [bind("dead")]),
        "alternate": Exchange(type: "direct", bindings: [bind("dead", "k")], mayLeadOn: true),
        "first": Exchange(type: "fanout", bindings: [bind("second", toQueue: false)]),
        "second": Exchange(
            type: "fanout", bindings: [bind("first", toQueue: false), bind("dead")]),
        "circle": Exchange(type: "fanout", bindings: [bind("circle", toQueue: false)]),
    ]

    private static func bind(
        _ destination: String, _ key: String = "", toQueue: Bool = true
    ) -> Exchange.Binding {
        Exchange.Binding(destination: destination, isToQueue: toQueue, routingKey: key)
    }

    @Test(
        "By exchange and key",
        arguments: [
            ("unbound", nil, .nowhere), ("gone", "k", .nowhere), ("unread", "k", .unknown),
            ("not asked for", nil, .unknown), ("fanout", nil, .somewhere),
            ("to-itself", nil, .nowhere), ("direct", "k", .somewhere), ("direct", "l", .nowhere),
            ("direct", nil, .unknown), ("topic", "a.b", .somewhere),
            ("topic", "a.b.c.d", .somewhere), ("topic", "a", .nowhere), ("topic", "b.a", .nowhere),
            ("topic", "", .nowhere), ("topic", nil, .unknown), ("all", nil, .somewhere),
            ("all", "", .somewhere), ("headers", "k", .unknown), ("alternate", "l", .unknown),
            ("alternate", "k", .somewhere), ("first", nil, .somewhere), ("circle", nil, .nowhere),
            ("", "dead", .somewhere), ("", "no queue", .nowhere), ("", "perhaps", .unknown),
            ("", "q", .nowhere), ("", nil, .unknown),
        ] as [(String, String?, DeadLetterPlace)])
    func places(exchange: String, key: String?, place: DeadLetterPlace) throws {
        let keyArgument = key.map { #","x-dead-letter-routing-key":"\#($0)""# } ?? ""
        let queue = try QueueReply(
            #"{"name":"q","arguments":{"x-dead-letter-exchange":"\#(exchange)"\#(keyArgument)}}"#)
        let found = DeadLetterPlace(of: queue, known: Self.known) { name in
            name.text == "perhaps" ? nil : ["dead", "q"].contains(name.text)
        }
        #expect(found == place)
    }

    @Test("A queue without a dead-letter exchange has none; one that keeps them loses none")
    func settings() throws {
        func place(_ json: String) throws -> DeadLetterPlace {
            DeadLetterPlace(of: try QueueReply(json), known: Self.known) { _ in nil }
        }
        #expect(try place(#"{"name":"q"}"#) == .none)
        let keeping = #"""
            {"name":"q","type":"quorum","arguments":{"x-dead-letter-exchange":"unbound",
             "x-dead-letter-strategy":"at-least-once","x-overflow":"reject-publish"}}
            """#
        #expect(try place(keeping) == .somewhere)
        // Without the overflow, RabbitMQ does not keep them.
        let dropping = keeping.replacing("reject-publish", with: "drop-head")
        #expect(try place(dropping) == .nowhere)
    }
}
