import Core
import Messaging

/// Queues: all together, or each by itself.
extension MetricsText {
    mutating func queueSums(_ queues: [QueueCounters]) {
        let (ready, unacked) = queues.reduce(into: (0, 0)) { sums, queue in
            sums.0 += queue.ready
            sums.1 += queue.unacked
        }
        self.single(
            "rabbitmq_queue_messages_ready", .gauge,
            "Messages ready to be delivered to consumers", ready)
        self.single(
            "rabbitmq_queue_messages_unacked", .gauge,
            "Messages delivered to consumers but not yet acknowledged", unacked)
        self.single(
            "rabbitmq_queue_messages", .gauge,
            "Sum of ready and unacknowledged messages - total queue depth", ready + unacked)
    }

    mutating func queues(_ queues: [QueueListing]) {
        let labels = queues.map {
            Self.labels(("vhost", $0.host.text), ("queue", $0.name.text))
        }
        func each(
            _ name: StaticString, _ kind: Kind, _ help: StaticString,
            into text: inout MetricsText, _ value: (QueueListing) -> UInt64
        ) {
            text.family(name, kind, help)
            for (queue, labels) in zip(queues, labels) {
                text.sample(name, labels, value(queue))
            }
        }
        each(
            "rabbitmq_queue_messages_ready", .gauge,
            "Messages ready to be delivered to consumers", into: &self
        ) { UInt64(clamping: $0.figures.ready) }
        each(
            "rabbitmq_queue_messages_unacked", .gauge,
            "Messages delivered to consumers but not yet acknowledged", into: &self
        ) { UInt64(clamping: $0.figures.unacked) }
        each(
            "rabbitmq_queue_messages", .gauge,
            "Sum of ready and unacknowledged messages - total queue depth", into: &self
        ) { UInt64(clamping: $0.figures.ready + $0.figures.unacked) }
        each(
            "rabbitmq_queue_messages_ready_bytes", .gauge,
            "Size in bytes of ready messages", into: &self
        ) { $0.figures.readyBytes }
        each("rabbitmq_queue_consumers", .gauge, "Consumers on a queue", into: &self) {
            UInt64(clamping: $0.figures.consumers)
        }
        each(
            "queuetop_queue_messages_published_total", .counter,
            "Messages that came into a queue", into: &self
        ) { $0.figures.tally.published }
        each(
            "queuetop_queue_messages_delivered_total", .counter,
            "Messages delivered from a queue and fetched", into: &self
        ) { $0.figures.tally.delivered }
        each(
            "queuetop_queue_messages_acked_total", .counter,
            "Messages acknowledged", into: &self
        ) { $0.figures.tally.acked }
        each(
            "queuetop_queue_messages_dead", .gauge,
            "Messages that died in a queue and still lie in some queue", into: &self
        ) { UInt64(clamping: $0.figures.dead) }
        self.ages(queues, labels)
        self.flow(zip(labels, queues).map { ($0, $1.figures) })
    }

    private mutating func ages(_ queues: [QueueListing], _ labels: [[UInt8]]) {
        self.family(
            "queuetop_queue_oldest_ready_seconds", .gauge, "Age of the oldest ready message")
        for (queue, labels) in zip(queues, labels) {
            guard let age = queue.figures.oldestReadyMicroseconds else { continue }
            self.sample(
                "queuetop_queue_oldest_ready_seconds", labels, seconds: Double(age) / 1e6)
        }
        self.family(
            "queuetop_queue_oldest_unacked_seconds", .gauge,
            "Time that the longest-held delivery waits for its ack")
        for (queue, labels) in zip(queues, labels) {
            guard let age = queue.figures.oldestUnackedMicroseconds else { continue }
            self.sample(
                "queuetop_queue_oldest_unacked_seconds", labels, seconds: Double(age) / 1e6)
        }
        self.family(
            "queuetop_queue_processing_p99_seconds", .gauge,
            "Processing time over the last minute, the 99th percentile")
        for (queue, labels) in zip(queues, labels) {
            guard let processing = queue.figures.processing else { continue }
            self.sample(
                "queuetop_queue_processing_p99_seconds", labels,
                seconds: Double(processing.p99) / 1e6)
        }
    }
}
