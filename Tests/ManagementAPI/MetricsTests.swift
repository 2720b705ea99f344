import ManagementAPI
import Testing

/// What Prometheus reads.
@Suite struct MetricsTests {
    @Test("Sums over all queues have no labels; each queue has its own, escaped")
    func labels() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/a%22b%5Cc", "{}")
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        await fixture.publish("x", to: "q")
        let sums = await fixture.ask(.get, "/metrics")
        #expect(sums.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(sums.text.contains("\nrabbitmq_queue_messages_ready 1\n"))
        #expect(sums.text.contains("\nrabbitmq_queues 2\n"))
        let each = await fixture.ask(.get, "/metrics/per-object").text
        #expect(each.contains("\nrabbitmq_queue_messages_ready{vhost=\"/\",queue=\"q\"} 1\n"))
        #expect(each.contains(#"queue="a\"b\\c"} 0"#))
        #expect(await fixture.status(.get, "/metrics/other") == .notFound)
    }

    @Test("Every family has its type and help once, before its samples")
    func families() async {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/q", "{}")
        for path in ["/metrics", "/metrics/per-object"] {
            var typed: Set<Substring> = []
            for line in await fixture.ask(.get, path).text.split(separator: "\n") {
                let words = line.split(separator: " ")
                if line.hasPrefix("# TYPE") {
                    #expect(typed.insert(words[2]).inserted, "\(line)")
                } else if !line.hasPrefix("#") {
                    #expect(typed.contains(line.prefix { $0 != "{" && $0 != " " }), "\(line)")
                }
            }
        }
    }

    @Test("What waits in exchanges, and for a retry, is told of each and of all together")
    func delays() async {
        let fixture = Fixture()
        for name in ["late", "later"] {
            _ = await fixture.ask(
                .put, "/api/exchanges/%2F/\(name)",
                #"{"type":"x-delayed-message","arguments":{"x-delayed-type":"fanout"}}"#)
        }
        for count in 1...3 {
            _ = await fixture.ask(
                .post, "/api/exchanges/%2F/\(count == 3 ? "later" : "late")/publish",
                #"{"properties":{"headers":{"x-delay":60000}},"routing_key":"","payload":"m","#
                    + #""payload_encoding":"string"}"#)
        }
        _ = await fixture.ask(
            .put, "/api/queues/%2F/tried", #"{"arguments":{"x-retry-max":3}}"#)
        await fixture.publish("m", to: "tried")
        _ = await fixture.ask(
            .post, "/api/queues/%2F/tried/get",
            #"{"count":1,"ackmode":"reject_requeue_false","encoding":"auto"}"#)
        #expect(
            await fixture.get("/api/exchanges/%2F/late")?["messages_delayed"] == .integer(2))
        #expect(await fixture.get("/api/exchanges/%2F/amq.fanout")?["messages_delayed"] == nil)
        let own = await fixture.get("/api/overview")?["queuetop"]
        #expect(own?["messages_delayed"] == .integer(3))
        #expect(own?["messages_waiting"] == .integer(1))
        let sums = await fixture.ask(.get, "/metrics").text
        #expect(sums.contains("\nqueuetop_messages_delayed 3\n"))
        #expect(sums.contains("\nqueuetop_messages_waiting 1\n"))
        let each = await fixture.ask(.get, "/metrics/per-object").text
        for (name, count) in [("late", 2), ("later", 1)] {
            let labels = #"{vhost="/",exchange="\#(name)"}"#
            #expect(each.contains("\nqueuetop_exchange_messages_delayed\(labels) \(count)\n"))
        }
        #expect(!each.contains(#"exchange="amq.fanout""#))
    }

    @Test("Breakers, rates, what waits, what was known and how far groups are: where there is such")
    func flow() async {
        let fixture = Fixture()
        for (queue, arguments) in [
            ("plain", ""), ("log", #""x-queue-type":"stream""#),
            ("fragile", #""x-breaker-threshold":0.5,"x-delivery-rate":2.5"#),
            ("tried", #""x-retry-max":3,"x-deduplication-window":60000"#),
        ] {
            _ = await fixture.ask(
                .put, "/api/queues/%2F/\(queue)",
                #"{"durable":true,"arguments":{\#(arguments)}}"#)
            for _ in 0..<2 { await fixture.publish("m", to: queue) }
        }
        _ = await fixture.ask(
            .post, "/api/queues/%2F/tried/get",
            #"{"count":1,"ackmode":"reject_requeue_false","encoding":"auto"}"#)
        _ = await fixture.ask(
            .post, "/api/queuetop/queues/%2F/fragile/breaker", #"{"state":"open"}"#)
        await fixture.engine.attach(QuietClient(), reading: "log", as: "billing")
        let each = await fixture.ask(.get, "/metrics/per-object").text
        for line in [
            #"queuetop_queue_breaker_state{vhost="/",queue="fragile",state="open"} 1"#,
            #"queuetop_queue_breaker_state{vhost="/",queue="fragile",state="closed"} 0"#,
            #"queuetop_queue_breaker_openings_total{vhost="/",queue="fragile"} 1.0"#,
            #"queuetop_queue_delivery_rate_limit{vhost="/",queue="fragile"} 2.5"#,
            #"queuetop_queue_messages_waiting{vhost="/",queue="tried"} 1.0"#,
            #"queuetop_queue_messages_retried_total{vhost="/",queue="tried"} 1.0"#,
            #"queuetop_queue_messages_deduplicated_total{vhost="/",queue="tried"} 0.0"#,
            #"queuetop_stream_next_offset{vhost="/",queue="log"} 2.0"#,
            #"queuetop_stream_group_lag_messages{vhost="/",queue="log",group="billing"} 2.0"#,
            #"queuetop_stream_group_lag_seconds{vhost="/",queue="log",group="billing"} 0.0"#,
            #"queuetop_stream_group_consumers{vhost="/",queue="log",group="billing"} 1.0"#,
        ] {
            #expect(each.contains("\n\(line)\n"), "\(line)")
        }
        for line in each.split(separator: "\n") where line.contains(#"queue="plain""#) {
            for word in ["breaker", "rate_limit", "waiting", "retried", "deduplicat", "stream"] {
                #expect(!line.contains(word), "\(line)")
            }
        }
        let sums = await fixture.ask(.get, "/metrics").text
        for line in [
            #"queuetop_breakers{state="open"} 1"#, #"queuetop_breakers{state="closed"} 0"#,
            "queuetop_messages_waiting 1", "queuetop_messages_retried_total 1",
            "queuetop_messages_deduplicated_total 0",
            "queuetop_stream_group_lag_messages_max 2",
        ] {
            #expect(sums.contains("\n\(line)\n"), "\(line)")
        }
    }
}
