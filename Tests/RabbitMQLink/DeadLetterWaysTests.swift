import Messaging
import PlainJSON
import RabbitMQLink
import Testing

@Suite("Ways of dead letters")
struct DeadLetterWaysTests {
    @Test("Arguments and policies say where they go; an argument is the stronger one")
    func ways() throws {
        let queues = try [QueueReply](
            """
            [{"name":"plain","arguments":{}},
             {"name":"a","arguments":{"x-dead-letter-exchange":"dlx"}},
             {"name":"b","arguments":[],
              "effective_policy_definition":{"dead-letter-exchange":"dlx",
                                             "dead-letter-routing-key":"k"}},
             {"name":"c","arguments":{"x-dead-letter-exchange":""},
              "effective_policy_definition":{"dead-letter-exchange":"dlx",
                                             "dead-letter-routing-key":"c.dead"}}]
            """)
        #expect(
            DeadLetterWays.ways(of: queues) == [
                .init(exchange: "dlx", routingKey: nil), .init(exchange: "dlx", routingKey: "k"),
                .init(exchange: "", routingKey: "c.dead"),
            ])
    }

    @Test("They are followed through exchanges, in circles too")
    func ends() {
        let ways: Set<DeadLetterWays.Way> = [
            .init(exchange: "first", routingKey: nil), .init(exchange: "", routingKey: "named"),
        ]
        var known: [ExchangeName: DeadLetterWays.Exchange] = [:]
        #expect(DeadLetterWays.unknownExchanges(ways, known: known) == ["first"])
        known["first"] = .init(
            type: "fanout",
            bindings: [
                .init(destination: "second", isToQueue: false, routingKey: ""),
                .init(destination: "one", isToQueue: true, routingKey: ""),
            ])
        #expect(DeadLetterWays.unknownExchanges(ways, known: known) == ["second"])
        known["second"] = .init(
            type: "topic",
            bindings: [
                .init(destination: "first", isToQueue: false, routingKey: "#"),
                .init(destination: "two", isToQueue: true, routingKey: "#"),
            ])
        #expect(DeadLetterWays.unknownExchanges(ways, known: known) == [])
        #expect(DeadLetterWays.ends(ways, known: known) == ["named", "one", "two"])
    }

    @Test("A direct exchange leads only where the key says, if there is one")
    func direct() {
        let known: [ExchangeName: DeadLetterWays.Exchange] = [
            "dlx": .init(
                type: "direct",
                bindings: [
                    .init(destination: "a.dead", isToQueue: true, routingKey: "a"),
                    .init(destination: "b.dead", isToQueue: true, routingKey: "b"),
                ])
        ]
        #expect(
            DeadLetterWays.ends([.init(exchange: "dlx", routingKey: "a")], known: known)
                == ["a.dead"])
        #expect(
            DeadLetterWays.ends([.init(exchange: "dlx", routingKey: nil)], known: known)
                == ["a.dead", "b.dead"])
    }
}

extension ManagementReply {
    /// Reads what a management API might have sent.
    init(_ json: String) throws {
        self = try Self(JSON(parsing: Array(json.utf8)))
    }
}
