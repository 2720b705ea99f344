import Core
import Messaging

/// The broker as a whole.
extension MetricsText {
    mutating func broker(_ sight: MetricsSight, _ identity: BrokerFace) {
        self.identity(identity)
        let connections = sight.counters.connections.count { $0.id.isOfClient }
        self.single("rabbitmq_connections", .gauge, "Connections currently open", connections)
        self.single("rabbitmq_channels", .gauge, "Channels currently open", sight.channels)
        self.single("rabbitmq_consumers", .gauge, "Consumers currently connected", sight.consumers)
        self.single(
            "rabbitmq_queues", .gauge, "Queues available", sight.counters.queues.count)
        self.single(
            "rabbitmq_connections_closed_total", .counter,
            "Total number of connections closed or terminated",
            sight.counters.totals.connectionsClosed)
        self.single(
            "rabbitmq_queues_deleted_total", .counter, "Total number of queues deleted",
            sight.counters.totals.queuesDeleted)
        self.single(
            "rabbitmq_alarms_memory_used_watermark", .gauge,
            "is 1 if VM memory watermark alarm is in effect",
            sight.trouble.memoryLimitBytes == nil ? 0 : 1)
        self.single(
            "rabbitmq_alarms_free_disk_space_watermark", .gauge,
            "is 1 if free disk space watermark alarm is in effect",
            sight.trouble.disk == .fine ? 0 : 1)
        self.single(
            "queuetop_message_memory_bytes", .gauge, "Memory that holds messages",
            sight.messageMemoryBytes)
        self.single(
            "queuetop_blocked_connections", .gauge, "Publishing connections that are held up",
            sight.trouble.blockedConnections)
        self.family("rabbitmq_erlang_uptime_seconds", .gauge, "Node uptime")
        self.sample(
            "rabbitmq_erlang_uptime_seconds",
            seconds: Double(sight.counters.at.microseconds(since: identity.startedAt)) / 1e6)
        self.totals(sight.counters.totals)
    }

    private mutating func identity(_ identity: BrokerFace) {
        self.family("rabbitmq_build_info", .gauge, "The broker's version")
        self.sample(
            "rabbitmq_build_info",
            Self.labels(
                ("rabbitmq_version", BrokerFace.rabbitVersion), ("product", "queuetop"),
                ("queuetop_version", identity.version)), 1)
        self.family("rabbitmq_identity_info", .gauge, "The broker's name")
        self.sample(
            "rabbitmq_identity_info",
            Self.labels(("rabbitmq_node", identity.node), ("rabbitmq_cluster", identity.node)), 1)
    }

    /// What happened since the start, gone queues and connections included.
    private mutating func totals(_ totals: BrokerTotals) {
        let amqp = Self.labels(("protocol", "amqp091"))
        let samples: [(StaticString, StaticString, UInt64)] = [
            (
                "rabbitmq_global_messages_received_total",
                "Total number of messages received from publishers", totals.published
            ),
            (
                "rabbitmq_global_messages_unroutable_dropped_total",
                "Total number of messages that reached no queue", totals.unroutable
            ),
            (
                "rabbitmq_global_messages_delivered_total",
                "Total number of messages delivered to consumers and fetched",
                totals.queues[.deliver_get]
            ),
            (
                "rabbitmq_global_messages_delivered_consume_manual_ack_total",
                "Total number of messages delivered to consumers that acknowledge",
                totals.queues[.deliver]
            ),
            (
                "rabbitmq_global_messages_delivered_consume_auto_ack_total",
                "Total number of messages delivered to consumers that do not acknowledge",
                totals.queues[.deliver_no_ack]
            ),
            (
                "rabbitmq_global_messages_delivered_get_manual_ack_total",
                "Total number of messages fetched to be acknowledged", totals.queues[.get]
            ),
            (
                "rabbitmq_global_messages_delivered_get_auto_ack_total",
                "Total number of messages fetched without acknowledgement",
                totals.queues[.get_no_ack]
            ),
            (
                "rabbitmq_global_messages_get_empty_total",
                "Total number of times basic.get fetched nothing", totals.queues[.get_empty]
            ),
            (
                "rabbitmq_global_messages_redelivered_total",
                "Total number of messages redelivered", totals.queues[.redeliver]
            ),
            (
                "rabbitmq_global_messages_acknowledged_total",
                "Total number of message acknowledgements", totals.queues[.ack]
            ),
        ]
        for (name, help, value) in samples {
            self.family(name, .counter, help)
            self.sample(name, amqp, value)
        }
        self.deaths(totals.queues)
    }

    private mutating func deaths(_ tally: QueueTally) {
        let deaths: [(StaticString, StaticString, UInt64)] = [
            (
                "queuetop_messages_expired_total", "Messages that expired in a queue",
                tally.expired
            ),
            (
                "queuetop_messages_rejected_total",
                "Messages that were rejected without going back", tally.rejected
            ),
            (
                "queuetop_messages_dropped_total", "Messages dropped because of a length limit",
                tally.droppedByLength
            ),
            (
                "queuetop_messages_dead_lettered_total",
                "Messages that a dead-letter exchange took", tally.deadLettered
            ),
            (
                "queuetop_messages_redriven_total", "Dead letters that were put back",
                tally.redriven
            ),
            (
                "queuetop_messages_retried_total",
                "Messages that were rejected and kept for another try", tally.retried
            ),
            (
                "queuetop_messages_deduplicated_total",
                "Publishes that a queue had already and did not take again", tally.deduplicated
            ),
        ]
        for (name, help, value) in deaths { self.single(name, .counter, help, value) }
    }
}
