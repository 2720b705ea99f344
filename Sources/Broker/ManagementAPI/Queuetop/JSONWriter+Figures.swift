import Core
import Messaging
import Metering

/// The figures of one queue, as every own endpoint writes them.
extension JSONWriter {
    mutating func figures(_ queue: QueueFigures) {
        self.field("name", queue.name.text)
        self.field("features", queue.traits.words)
        self.field("ready", queue.ready)
        self.field("unacked", queue.unacked)
        self.field("ready_bytes", queue.readyBytes)
        self.field("unacked_bytes", queue.unackedBytes)
        self.field("consumers", queue.consumers)
        self.field("receives_dead_letters", queue.receivesDeadLetters)
        self.field("dead", queue.dead)
        self.field("waiting", queue.waiting)
        if let age = queue.oldestReadyMicroseconds {
            self.field("oldest_ready_microseconds", age)
        }
        if let age = queue.oldestUnackedMicroseconds {
            self.field("oldest_unacked_microseconds", age)
        }
        if let processing = queue.processing { self.percentiles("processing", processing) }
        self.key("totals")
        self.object { $0.totals(queue.tally) }
        self.key("flow")
        self.object { $0.flow(queue.flow) }
        guard let stream = queue.stream else { return }
        self.key("stream")
        self.object { $0.stream(stream) }
    }

    mutating func percentiles(_ name: StaticString, _ summary: DurationSummary) {
        self.key(name)
        self.object { json in
            json.field("count", summary.count)
            json.field("p50_microseconds", summary.p50)
            json.field("p99_microseconds", summary.p99)
            json.field("p999_microseconds", summary.p999)
            json.field("max_microseconds", summary.max)
        }
    }

    private mutating func totals(_ tally: QueueTally) {
        self.field("published", tally.published)
        self.field("delivered", tally.delivered)
        self.field("acked", tally.acked)
        self.field("redelivered", tally.redelivered)
        self.field("delivered_without_ack", tally.deliveredWithoutAck)
        self.field("expired", tally.expired)
        self.field("rejected", tally.rejected)
        self.field("dropped_by_length", tally.droppedByLength)
        self.field("refused", tally.refused)
        self.field("returned_too_often", tally.returnedTooOften)
        self.field("retried", tally.retried)
        self.field("dead_lettered", tally.deadLettered)
        self.field("purged", tally.purged)
        self.field("deduplicated", tally.deduplicated)
    }

    private mutating func flow(_ flow: FlowFigures) {
        if let rate = flow.deliveriesPerSecondMax {
            self.field("deliveries_per_second_max", rate)
        }
        if let breaker = flow.breaker {
            self.key("breaker")
            self.object { $0.breaker(breaker) }
        }
        if let ids = flow.deduplicationIDs { self.field("deduplication_ids", ids) }
        self.key("guarantee")
        self.object { json in
            json.field("level", flow.guarantee.guarantee.word)
            json.field("reasons", flow.guarantee.reasons.words)
        }
    }

    mutating func breaker(_ breaker: BreakerFigures) {
        switch breaker.state {
        case .closed: self.field("state", "closed")
        case .open(let probesIn):
            self.field("state", "open")
            if let probesIn { self.field("probes_in_microseconds", probesIn) }
        case .halfOpen(let unsent, let unsettled):
            self.field("state", "half_open")
            self.field("unsent", unsent)
            self.field("unsettled", unsettled)
        }
        self.field("state_microseconds", breaker.stateMicroseconds)
        if let cause = breaker.cause { self.field("cause", cause.word) }
        self.field("failures", breaker.failures)
        self.field("outcomes", breaker.outcomes)
        self.field("threshold", breaker.threshold)
        self.field("openings", breaker.openings)
    }

    private mutating func stream(_ stream: StreamFigures) {
        self.field("first_offset", stream.firstOffset)
        self.field("next_offset", stream.nextOffset)
        if let age = stream.ageMaxMicroseconds { self.field("age_max_microseconds", age) }
        if let bytes = stream.bytesMax { self.field("bytes_max", bytes) }
        self.field("groups", stream.groups)
        if let lag = stream.lagMax { self.field("lag_max", lag) }
        self.field("lost", stream.lost)
    }

    mutating func group(_ group: StreamGroupFigures) {
        self.field("name", group.name)
        self.field("next_offset", group.nextOffset)
        self.field("lag", group.lag)
        if let age = group.lagMicroseconds { self.field("lag_microseconds", age) }
        self.field("lost", group.lost)
        self.field("consumers", group.consumers)
    }
}

extension BreakerFigures.Cause {
    fileprivate var word: String {
        switch self {
        case .failures: "failures"
        case .probe: "failed_probe"
        case .byOperator: "by_operator"
        }
    }
}

extension DeliveryGuarantee {
    fileprivate var word: String {
        switch self {
        case .atMostOnce: "at_most_once"
        case .atLeastOnce: "at_least_once"
        case .effectivelyOnce: "effectively_once"
        }
    }
}

extension GuaranteeReasons {
    fileprivate var words: [String] {
        let named: [(GuaranteeReasons, String)] = [
            (.autoAck, "auto_ack"), (.notDurable, "not_durable"), (.goesAway, "goes_away"),
            (.transientMessages, "transient_messages"),
            (.unconfirmedPublishes, "unconfirmed_publishes"), (.dropsOldest, "drops_oldest"),
            (.dropsExpired, "drops_expired"), (.dropsReturned, "drops_returned"),
            (.noDeduplication, "no_deduplication"),
            (.publishesWithoutID, "publishes_without_id"), (.noPublishes, "no_publishes"),
        ]
        return named.filter { self.contains($0.0) }.map(\.1)
    }
}

extension QueueTraits {
    fileprivate var words: [String] {
        let named: [(QueueTraits, String)] = [
            (.durable, "durable"), (.exclusive, "exclusive"), (.autoDelete, "auto_delete"),
            (.priorities, "priorities"), (.singleActiveConsumer, "single_active_consumer"),
            (.messageTTL, "message_ttl"), (.expires, "expires"), (.limited, "limited"),
            (.deadLettering, "dead_lettering"), (.policy, "policy"), (.quorum, "quorum"),
            (.retries, "retries"), (.stream, "stream"), (.rateLimited, "rate_limited"),
            (.circuitBreaker, "circuit_breaker"), (.deduplicating, "deduplicating"),
        ]
        return named.filter { self.contains($0.0) }.map(\.1)
    }
}
