import BrokerLink
import Messaging
import RabbitMQLink
import Testing

@Suite("What a management API says of queues")
struct QueueValuesTests {
    private static let now = Timestamp(seconds: 1_700_000_100)

    @Test("Every figure that is there is taken over, with its trust")
    func full() throws {
        let sample = try Self.sample(
            """
            {"name":"orders","type":"quorum","durable":true,"auto_delete":false,"exclusive":false,
             "arguments":{"x-dead-letter-exchange":"dlx","x-max-length":5},"policy":"p",
             "effective_policy_definition":{"message-ttl":60000},"consumers":2,
             "messages_ready":7,"messages_unacknowledged":30,"message_bytes_ready":99,
             "head_message_timestamp":1700000040,
             "message_stats":{"publish":50,"deliver":20,"get":3,"deliver_no_ack":4,
             "get_no_ack":1,"redeliver":2,"ack":13,"ack_details":{"rate":15.0}}}
            """)
        #expect(sample.ready == 7)
        #expect(sample.unacked == 30)
        #expect(sample.readyBytes == 99)
        #expect(sample.consumers == 2)
        #expect(
            sample.features
                == [.durable, .quorum, .deadLettering, .limited, .messageTTL, .policy])
        #expect(
            sample.totals
                == QueueTotals(
                    published: 50, delivered: 28, acked: 13, redelivered: 2,
                    deliveredWithoutAck: 5, expired: nil, rejected: nil, droppedByLength: nil,
                    refused: nil, returnedTooOften: nil, retried: nil, deadLettered: nil,
                    purged: nil, deduplicated: nil))
        #expect(sample.oldestReadyMicroseconds == .approximate(60_000_000, ageSeconds: 5))
        #expect(
            sample.processingMeanMicroseconds
                == .derived(2_000_000, from: "unacked messages and acks a second"))
        #expect(sample.processing.value == nil)
    }

    @Test("What is missing, null or of another type is unknown, and costs nothing else")
    func odd() throws {
        let sample = try Self.sample(
            """
            {"name":"odd","durable":"yes","arguments":[],"policy":"","consumers":null,
             "messages_ready":3,"messages_unacknowledged":"4","head_message_timestamp":"",
             "effective_policy_definition":[],"message_stats":{"ack_details":{"rate":0.0}}}
            """)
        #expect(sample.ready == 3)
        #expect(sample.untold == [.unacked, .readyBytes, .consumers])
        #expect(sample.features == [.durable])
        #expect(sample.oldestReadyMicroseconds.value == nil)
        #expect(sample.processingMeanMicroseconds.value == nil)
        #expect(sample.dead.value == nil)
    }

    @Test("A stream keeps its limits, and says nothing of what the broker does not tell")
    func stream() throws {
        let sample = try Self.sample(
            """
            {"name":"s","type":"stream","messages_ready":50,
             "arguments":{"x-max-age":"7D","x-max-length-bytes":1000}}
            """)
        let stream = try #require(sample.stream)
        #expect(stream.ageMaxMicroseconds == 604_800_000_000)
        #expect(stream.bytesMax == 1_000)
        #expect(stream.firstOffset == nil)
        #expect(stream.nextOffset == nil)
    }

    @Test("A page without paging is the whole list")
    func pages() throws {
        let list = try PageReply<QueueReply>(#"[{"name":"a"},{"name":"b"}]"#)
        #expect(list.items.map(\.name) == ["a", "b"])
        #expect(list.pageCount == 1)
        let page = try PageReply<QueueReply>(#"{"items":[{"name":"a"}],"page_count":7}"#)
        #expect(page.items.map(\.name) == ["a"])
        #expect(page.pageCount == 7)
    }

    @Test("LavinMQ is told by its own version")
    func products() throws {
        let rabbit = try OverviewReply(
            #"{"rabbitmq_version":"3.10.8","product_version":"3.10.8","product_name":"RabbitMQ"}"#)
        #expect(rabbit.product == ("RabbitMQ", "3.10.8"))
        let lavin = try OverviewReply(#"{"lavinmq_version":"2.9.1","rabbitmq_version":"3.8"}"#)
        #expect(lavin.product == ("LavinMQ", "2.9.1"))
    }

    private static func sample(_ json: String) throws -> QueueSample {
        QueueSample(
            try QueueReply(json), counts: nil, receivesDeadLetters: false, now: Self.now,
            statisticsSeconds: 5, hasStatistics: true, product: "RabbitMQ")
    }
}

@Suite("How a queue can be looked into")
struct LookRuleTests {
    @Test(
        "Each kind of queue has its price, or a reason",
        arguments: [
            (#"{"name":"q"}"#, LookRule.take(.marksRedelivered)),
            (#"{"name":"q","type":"stream"}"#, .read),
            (#"{"name":"q","type":"quorum"}"#, .take(.countsDelivery)),
            (
                #"{"name":"q","type":"quorum","arguments":{"x-delivery-limit":3}}"#,
                .take(
                    .mayDestroy, within: ReturnLimit(returnsMax: 3, deadLetters: .none))
            ),
            (
                #"""
                {"name":"q","type":"quorum","arguments":{"x-delivery-limit":3},
                 "effective_policy_definition":{"dead-letter-exchange":"dlx"}}
                """#,
                .take(.mayLose, within: ReturnLimit(returnsMax: 3, deadLetters: .unknown))
            ),
            (
                #"{"name":"q","arguments":{"x-single-active-consumer":true},"consumers":0}"#,
                .take(.marksRedelivered)
            ),
        ])
    func prices(json: String, rule: LookRule) throws {
        let reply = try QueueReply(json)
        let place = DeadLetterPlace(of: reply, known: [:]) { _ in nil }
        #expect(LookRule(reply, deadLetters: place, hasLimitAlways: false) == rule)
        let sample = QueueSample(
            reply, counts: nil, receivesDeadLetters: false, deadLetters: place,
            now: Timestamp(seconds: 1),
            statisticsSeconds: 5, hasStatistics: true, product: "RabbitMQ")
        #expect(sample.browseIntrusion == rule.intrusion, "the price is known beforehand")
    }

    @Test("A consumer that has come since the statistics were made counts")
    func consumersNow() throws {
        func isRefused(_ json: String, _ consumers: Int) throws -> Bool {
            let rule = LookRule(
                try QueueReply(json), consumersNow: consumers, deadLetters: .none,
                hasLimitAlways: false)
            return rule.intrusion == nil
        }
        let single = #"{"name":"q","arguments":{"x-single-active-consumer":true},"consumers":0}"#
        #expect(try isRefused(single, 1))
        #expect(try !isRefused(single, 0))
        // Whether it is an exclusive one is not told yet.
        let plain = #"{"name":"q","consumers":0,"consumer_details":[]}"#
        #expect(try isRefused(plain, 1))
        #expect(try !isRefused(plain, 0))
        // A broker without statistics never tells.
        #expect(try !isRefused(#"{"name":"q"}"#, 1))
    }

    @Test("Since RabbitMQ 4, every quorum queue has a delivery limit")
    func limits() throws {
        let queue = try QueueReply(#"{"name":"q","type":"quorum"}"#)
        let usual = ReturnLimit(returnsMax: 20, deadLetters: .none)
        let rule = LookRule(queue, deadLetters: .none, hasLimitAlways: true)
        #expect(rule == .take(.mayDestroy, within: usual))
        let endless = try QueueReply(
            #"{"name":"q","type":"quorum","arguments":{"x-delivery-limit":-1}}"#)
        let free = LookRule(endless, deadLetters: .none, hasLimitAlways: true)
        #expect(free == .take(.countsDelivery))
    }

    @Test(
        "Nobody else's queue is looked into",
        arguments: [
            #"{"name":"q","exclusive_consumer_tag":"x"}"#,
            #"{"name":"q","consumer_details":[{"consumer_tag":"x","exclusive":true}]}"#,
            #"{"name":"q","arguments":{"x-single-active-consumer":true},"consumers":1}"#,
            #"{"name":"q","type":"quorum","arguments":{"x-single-active-consumer":true}}"#,
        ])
    func refused(json: String) throws {
        let rule = LookRule(try QueueReply(json), deadLetters: .none, hasLimitAlways: false)
        guard case .refused(let reason) = rule else {
            Issue.record("\(json) may be looked into")
            return
        }
        #expect(reason.hasPrefix("q has a"))
    }
}
