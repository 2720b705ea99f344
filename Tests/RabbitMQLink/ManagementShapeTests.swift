import BrokerLink
import Messaging
import RabbitMQLink
import Testing

/// What brokers answer, each in its own form: what they do not tell is unknown, and never 0.
@Suite("Management answers of many brokers")
struct ManagementShapeTests {
    private static let page = "GET /api/queues/%2F"

    private func sample(
        _ answers: [String: String], _ queue: QueueName = "orders"
    ) async throws -> (BrokerSample, QueueSample) {
        var sample: BrokerSample?
        try await FakeManagement.run(answers) { sample = try await $0.link.sample() }
        let found = try #require(sample)
        return (found, try #require(found.queues.first { $0.name == queue }))
    }

    @Test("RabbitMQ 3.10: all it tells, and unknown what it never does")
    func rabbit310() async throws {
        let (sample, queue) = try await self.sample([
            "GET /api/overview": """
            {"management_version":"3.10.8","rates_mode":"basic","product_version":"3.10.8",
             "product_name":"RabbitMQ","rabbitmq_version":"3.10.8","cluster_name":"rabbit@a",
             "disable_stats":false,"enable_queue_totals":false,
             "message_stats":{"drop_unroutable":3,"return_unroutable":4,"publish":9},
             "object_totals":{"channels":5,"connections":4,"consumers":3,"exchanges":8,"queues":1}}
            """,
            Self.page: """
            {"filtered_count":1,"item_count":1,"page":1,"page_count":1,"page_size":500,
             "total_count":1,"items":[{"arguments":{},"auto_delete":false,"consumers":2,
             "durable":true,"effective_policy_definition":{},"exclusive":false,
             "head_message_timestamp":null,"message_bytes_ram":64,"message_bytes_ready":64,
             "message_stats":{"ack":5,"ack_details":{"rate":1.0},"publish":9,"deliver":6},
             "messages_ready":3,"messages_unacknowledged":1,"name":"orders",
             "operator_policy":null,"policy":null,"state":"running","type":"classic"}]}
            """,
        ])
        #expect(sample.connections == 4 && sample.channels == 5 && sample.exchanges == 8)
        #expect(sample.unroutableTotal == 7)
        #expect(sample.messageMemoryBytes == 64)
        #expect(queue.untold == [])
        #expect(queue.ready == 3 && queue.unacked == 1 && queue.consumers == 2)
        #expect(queue.totals.published == 9 && queue.totals.acked == 5)
        // Never happened, so it is left out.
        #expect(queue.totals.redelivered == 0)
        // Nobody counts these there.
        #expect(queue.totals.expired == nil && queue.totals.rejected == nil)
        #expect(queue.totals.deadLettered == nil && queue.totals.purged == nil)
        #expect(queue.dead.value == nil)
    }

    @Test("RabbitMQ 4: a quorum queue and a stream, with what they leave out")
    func rabbit4() async throws {
        let answers = [
            "GET /api/overview": """
            {"product_name":"RabbitMQ","product_version":"4.1.2","rabbitmq_version":"4.1.2",
             "crypto_lib_version":"OpenSSL 3.0","release_series_support_status":"supported",
             "disable_stats":false,"default_queue_type":"quorum","message_stats":{},
             "object_totals":{"channels":0,"connections":1,"exchanges":7,"queues":2}}
            """,
            Self.page: """
            {"items":[
             {"name":"orders","type":"quorum","durable":true,"exclusive":false,
              "auto_delete":false,"arguments":{"x-queue-type":"quorum"},"consumers":0,
              "delivery_limit":20,"internal":false,"leader":"rabbit@a","members":["rabbit@a"],
              "messages_ready":8,"messages_unacknowledged":0,"message_bytes_ready":80,
              "message_bytes_ram":0,"effective_policy_definition":{},"state":"running"},
             {"name":"log","type":"stream","durable":true,"arguments":{"x-queue-type":"stream"},
              "messages_ready":50,"segments":1,"readers":{},"state":"running"}],"page_count":1}
            """,
        ]
        let (sample, queue) = try await self.sample(answers)
        #expect(sample.messageMemoryBytes == 0, "the stream does not count")
        #expect(sample.unroutableTotal == 0)
        #expect(queue.untold == [] && queue.features.contains(.quorum))
        #expect(queue.totals.published == 0, "nothing has happened to it yet")
        let (_, stream) = try await self.sample(answers, "log")
        #expect(stream.untold == [.unacked, .readyBytes, .consumers])
        #expect(stream.knownReady == 50 && stream.knownUnacked == nil)
        #expect(stream.stream != nil)
    }

    @Test("LavinMQ: its own version, exact rejections, no memory")
    func lavin() async throws {
        let (sample, queue) = try await self.sample([
            "GET /api/overview": """
            {"lavinmq_version":"2.3.0","node":"lavin","uptime":7,
             "object_totals":{"channels":1,"connections":1,"consumers":0,"exchanges":7,"queues":1},
             "queue_totals":{"messages":2},"message_stats":{"publish":2}}
            """,
            Self.page: """
            {"items":[{"name":"orders","vhost":"/","durable":true,"exclusive":false,
             "auto_delete":false,"arguments":{},"consumers":0,"messages":2,"messages_ready":2,
             "messages_unacknowledged":0,"message_bytes_ready":10,"ready_avg_bytes":5,
             "policy":"","exclusive_consumer_tag":null,"state":"running",
             "message_stats":{"ack":1,"deliver":3,"deliver_get":3,"get":0,"publish":6,
             "redeliver":0,"reject":2,"return_unroutable":0}}],
             "page":1,"page_count":1,"filtered_count":1}
            """,
        ])
        #expect(sample.messageMemoryBytes == nil)
        #expect(queue.totals.rejected == 2)
        #expect(queue.totals.expired == nil)
        #expect(queue.features == .durable)
    }

    @Test("Without statistics, depths may be known and nothing that moved")
    func statisticsOff() async throws {
        let overview = """
            {"product_name":"RabbitMQ","product_version":"3.10.8","rabbitmq_version":"3.10.8",
             "disable_stats":true,"enable_queue_totals":true}
            """
        let (sample, queue) = try await self.sample([
            "GET /api/overview": overview,
            Self.page: """
            {"items":[{"name":"orders","durable":true,"auto_delete":false,"exclusive":false,
             "arguments":{},"type":"classic","messages":7,"messages_ready":4,
             "messages_unacknowledged":3}],"page_count":1}
            """,
        ])
        #expect(sample.connections == nil && sample.channels == nil && sample.exchanges == nil)
        #expect(sample.unroutableTotal == nil && sample.messageMemoryBytes == nil)
        #expect(queue.knownReady == 4 && queue.knownUnacked == 3)
        #expect(queue.untold == [.readyBytes, .consumers])
        #expect(queue.totals == .unknown)
        #expect(queue.oldestReadyMicroseconds.value == nil)
        #expect(queue.processingMeanMicroseconds.value == nil)
        let (_, bare) = try await self.sample([
            "GET /api/overview": overview,
            Self.page: #"[{"name":"orders","durable":true,"arguments":{},"type":"classic"}]"#,
        ])
        #expect(bare.untold == [.ready, .unacked, .readyBytes, .consumers])
        #expect(bare.knownDepth == nil && bare.mayHaveReady)
    }

    @Test(
        "A disk alarm has the broker's figures or words, and no zero for what it does not tell",
        arguments: [
            (
                #""disk_free":7,"disk_free_limit":9"#,
                DiskAlarm.low(freeBytes: 7, limitBytes: 9)
            ),
            (#""disk_failure":"sync: EIO""#, .failing(reason: "sync: EIO")),
            (#""mem_used":1"#, .failing(reason: "the broker does not say what is wrong")),
        ])
    func diskAlarms(members: String, alarm: DiskAlarm) async throws {
        let (sample, _) = try await self.sample([
            "GET /api/overview": #"{"rabbitmq_version":"3.10.8"}"#,
            Self.page: #"[{"name":"orders"}]"#,
            "GET /api/nodes": #"[{"name":"a","disk_free_alarm":true,\#(members)}]"#,
        ])
        #expect(sample.diskAlarm == alarm)
    }

    @Test("Memory is what the fullest node uses of its limit, where that may be asked")
    func memory() async throws {
        let answers = [
            "GET /api/overview": #"{"rabbitmq_version":"3.10.8"}"#,
            Self.page: #"[{"name":"orders","message_bytes_ram":64}]"#,
        ]
        let (unknown, _) = try await self.sample(answers)
        #expect(unknown.memory == nil && unknown.messageMemoryBytes == 64)
        let nodes = #"""
            [{"name":"a","mem_used":146000000,"mem_limit":1600000000},
             {"name":"b","mem_used":900000000,"mem_limit":1600000000}]
            """#
        let (sample, _) = try await self.sample(
            answers.merging(["GET /api/nodes": nodes]) { $1 })
        #expect(
            sample.memory == MemoryUse(usedBytes: 900_000_000, limitBytes: 1_600_000_000))
    }

    @Test("Without statistics the clients are there, and what they hold is unknown")
    func clientsWithoutStatistics() async throws {
        let refused = #"""
            {"error":"bad_request","reason":"Stats in management UI are disabled on this node"}
            """#
        let connections =
            #"[{"name":"1.2.3.4:5 -> 6.7.8.9:10","user":"u","vhost":"/","peer_host":"1.2.3.4","#
            + #""peer_port":5}]"#
        let script: FakeManagement.Script = { request, _ in
            request == "GET /api/connections" ? .json(200, connections) : .json(400, refused)
        }
        try await FakeManagement.run(script) { fake in
            let roster = try await fake.link.clients()
            let client = try #require(roster.connections.first)
            #expect(client.origin == "1.2.3.4:5")
            #expect(client.channels == nil && client.consumers == nil && client.unacked == nil)
            #expect(client.published.value == nil && client.delivered.value == nil)
            #expect(roster.consumers.isEmpty)
        }
    }

    @Test("What each of two consumers of a channel holds is unknown")
    func twoConsumers() async throws {
        let consumer = #"""
            "queue":{"name":"q"},"ack_required":true,
            "channel_details":{"number":1,"connection_name":"c"}}
            """#
        let answers = [
            "GET /api/connections": #"[{"name":"c","channels":1}]"#,
            "GET /api/channels": #"""
            [{"number":1,"connection_details":{"name":"c"},"consumer_count":2,
              "messages_unacknowledged":7}]
            """#,
            "GET /api/consumers/%2F":
                #"[{"consumer_tag":"a",\#(consumer),{"consumer_tag":"b",\#(consumer)]"#,
        ]
        try await FakeManagement.run(answers) { fake in
            let roster = try await fake.link.clients()
            #expect(roster.connections.first?.unacked == 7)
            #expect(roster.connections.first?.consumers == 2)
            // Its channel has told that it is there, and of nothing that went through it.
            #expect(roster.connections.first?.published == .exact(0))
            #expect(roster.consumers.map(\.unacked) == [nil, nil])
            #expect(roster.consumers.map(\.prefetch) == [nil, nil])
        }
    }
}
