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
}
