import BrokerLink
import Messaging
import PlainJSON
import Screens

/// A queue as an object for programs. Names are stable: members may be added, none is renamed.
package enum QueueJSON {
    /// Every member and what it means, in their order; `--help` shows them.
    package static let members: [(name: String, meaning: String)] = [
        ("name", "the queue"),
        ("type", "classic, quorum or stream"),
        ("ready_messages", "messages that wait"),
        ("unacked_messages", "delivered and not settled"),
        ("waiting_messages", "kept outside of it for a retry"),
        ("dead_messages", "died in it and lie in a dead-letter queue"),
        ("ready_bytes", "bodies of those that wait"),
        ("consumers", "how many there are"),
        ("receives_dead_letters", "whether it is a dead-letter queue"),
        ("published_total", "messages since it was declared"),
        ("delivered_total", "deliveries since then"),
        ("acked_total", "acks since then"),
        ("redelivered_total", "repeated deliveries since then"),
        ("dead_lettered_total", "died since then"),
        ("purged_total", "purged since then"),
        ("published_per_second", "with --rates or --watch, else null; inexact says why"),
        ("delivered_per_second", "the same for deliveries"),
        ("consumed_per_second", "the same for what consumers were done with"),
        ("drain_seconds", "until it is empty at these rates; null when unknown or never"),
        ("drain", "empty, unknown, draining, steady or never"),
        ("oldest_ready_microseconds", "age of the oldest message that waits"),
        ("oldest_unacked_microseconds", "age of the oldest delivery that is not settled"),
        (
            "processing",
            "time to ack of the last minute: count, p50_microseconds, p99_microseconds, "
                + "p999_microseconds, max_microseconds; null without acks"
        ),
        (
            "processing_mean_microseconds",
            "where nobody measures it: unacked messages by acks a second (Little's law)"
        ),
        ("features", "list of words, such as durable or message_ttl"),
        ("guarantee", "at_most_once, at_least_once, effectively_once; null when unknown"),
        ("circuit_breaker", "closed, open, half_open; null without one"),
        ("alarm", "what is wrong, a sentence; null when nothing is"),
        (
            "stream",
            "of a stream first_offset, next_offset, age_max_microseconds, bytes_max, groups, "
                + "lag_max_messages, lost_messages; else null"
        ),
        (
            "inexact",
            "by member its kind: approximate (age_seconds), derived (from), unavailable (because)"
        ),
    ]

    /// - Parameter whyNoRates: Why there are none, where there are none.
    static func json(of queue: QueueTrend, whyNoRates: String) -> JSON {
        let sample = queue.sample
        var object = ReportObject()
        object.add("name", .text(sample.name.text))
        object.add("type", .text(sample.features.typeName))
        object.add("ready_messages", .count(sample.knownReady))
        object.add("unacked_messages", .count(sample.knownUnacked))
        object.add("waiting_messages", .count(sample.waiting))
        object.add("dead_messages", sample.dead) { .count($0) }
        object.add("ready_bytes", .count(sample.knownReadyBytes))
        object.add("consumers", .count(sample.knownConsumers))
        object.add("receives_dead_letters", .bool(sample.receivesDeadLetters))
        self.addTotals(sample.totals, to: &object)
        self.addRates(queue.rates, whyNoRates, to: &object)
        object.add("drain_seconds", .optional(queue.drain.seconds))
        object.add("drain", .text(queue.drain.name))
        object.add("oldest_ready_microseconds", sample.oldestReadyMicroseconds) { .optional($0) }
        object.add("oldest_unacked_microseconds", sample.oldestUnackedMicroseconds) {
            .optional($0)
        }
        object.add("processing", sample.processing) { .summary($0) }
        object.add("processing_mean_microseconds", sample.processingMeanMicroseconds) {
            .optional($0)
        }
        object.add("features", .array(sample.features.names.map { .text($0) }))
        object.add("guarantee", .optional(sample.flow.promise?.level.name))
        object.add("circuit_breaker", .optional(sample.flow.breaker?.state.name))
        object.add("alarm", .optional(queue.alarmSentence))
        object.add("stream", sample.stream.map { self.json(of: $0) } ?? .null)
        return object.json
    }

    private static func addRates(
        _ rates: QueueRates?, _ whyNone: String, to object: inout ReportObject
    ) {
        let reason = rates == nil ? whyNone : "the broker does not tell what it is made of"
        func add(_ name: String, _ perSecond: Double?) {
            let rate: Measured<Double> =
                perSecond.map { .exact($0) } ?? .unavailable(because: reason)
            object.add(name, rate) { .optional($0) }
        }
        add("published_per_second", rates?.publishedPerSecond)
        add("delivered_per_second", rates?.deliveredPerSecond)
        add("consumed_per_second", rates?.consumedPerSecond)
    }

    private static func addTotals(_ totals: QueueTotals, to object: inout ReportObject) {
        object.add("published_total", .count(totals.published))
        object.add("delivered_total", .count(totals.delivered))
        object.add("acked_total", .count(totals.acked))
        object.add("redelivered_total", .count(totals.redelivered))
        object.add("dead_lettered_total", .count(totals.deadLettered))
        object.add("purged_total", .count(totals.purged))
    }

    private static func json(of stream: StreamSample) -> JSON {
        // Of a broker that does not tell them, they are not known.
        let first: UInt64? = stream.firstOffset
        let next: UInt64? = stream.nextOffset
        return [
            "first_offset": first.map { .count($0) } ?? .null,
            "next_offset": next.map { .count($0) } ?? .null,
            "age_max_microseconds": .optional(stream.ageMaxMicroseconds),
            "bytes_max": stream.bytesMax.map { .count($0) } ?? .null,
            "groups": .count(stream.groups.value),
            "lag_max_messages": .count(stream.lagMax.value ?? nil),
            "lost_messages": .count(stream.lost.value),
        ]
    }
}

extension QueueFeatures {
    /// One word each, in a fixed order.
    var names: [String] {
        let named: [(QueueFeatures, String)] = [
            (.durable, "durable"), (.exclusive, "exclusive"), (.autoDelete, "auto_delete"),
            (.priorities, "priorities"), (.singleActiveConsumer, "single_active_consumer"),
            (.messageTTL, "message_ttl"), (.expires, "expires"), (.limited, "limited"),
            (.deadLettering, "dead_lettering"), (.policy, "policy"), (.retries, "retries"),
            (.rateLimited, "rate_limited"), (.circuitBreaker, "circuit_breaker"),
            (.deduplicating, "deduplicating"),
        ]
        return named.filter { self.contains($0.0) }.map(\.1)
    }
}

extension DrainEstimate {
    fileprivate var name: String {
        switch self {
        case .empty: "empty"
        case .unknown: "unknown"
        case .seconds: "draining"
        case .steady: "steady"
        case .never: "never"
        }
    }
}

extension DeliveryPromise.Level {
    var name: String {
        switch self {
        case .atMostOnce: "at_most_once"
        case .atLeastOnce: "at_least_once"
        case .effectivelyOnce: "effectively_once"
        }
    }
}

extension BreakerStatus.State {
    var name: String {
        switch self {
        case .closed: "closed"
        case .open: "open"
        case .halfOpen: "half_open"
        }
    }
}
