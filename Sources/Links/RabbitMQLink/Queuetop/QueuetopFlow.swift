import BrokerLink
import PlainJSON

// How the messages of a queuetop's queue may flow, as its API says it.

extension QueueFlow {
    init(_ json: JSON) {
        self.init(
            deliveriesPerSecondMax: json.amount("deliveries_per_second_max"),
            breaker: json["breaker"].flatMap { BreakerStatus($0) },
            deduplicationIDs: json.count("deduplication_ids"),
            promise: json["guarantee"].flatMap { DeliveryPromise($0) })
    }
}

extension BreakerStatus {
    /// Nil when it is no breaker's.
    init?(_ json: JSON) {
        let state: State
        switch json.text("state") {
        case "closed": state = .closed
        case "open":
            state = .open(probesInMicroseconds: json["probes_in_microseconds"]?.integer)
        case "half_open":
            state = .halfOpen(
                unsent: json.count("unsent") ?? 0, unsettled: json.count("unsettled") ?? 0)
        default: return nil
        }
        let cause: Cause? =
            switch json.text("cause") {
            case "failures": .failures
            case "failed_probe": .failedProbe
            case "by_operator": .byOperator
            default: nil
            }
        self.init(
            state: state, stateMicroseconds: json["state_microseconds"]?.integer ?? 0,
            cause: cause, failures: json.total("failures") ?? 0,
            outcomes: json.total("outcomes") ?? 0, threshold: json.amount("threshold") ?? 0,
            openings: json.total("openings") ?? 0)
    }
}

extension DeliveryPromise {
    fileprivate init?(_ json: JSON) {
        let level: Level
        switch json.text("level") {
        case "at_most_once": level = .atMostOnce
        case "at_least_once": level = .atLeastOnce
        case "effectively_once": level = .effectivelyOnce
        default: return nil
        }
        let named: [String: Reasons] = [
            "auto_ack": .autoAck, "not_durable": .notDurable, "goes_away": .goesAway,
            "transient_messages": .transientMessages,
            "unconfirmed_publishes": .unconfirmedPublishes, "drops_oldest": .dropsOldest,
            "drops_expired": .dropsExpired, "drops_returned": .dropsReturned,
            "no_deduplication": .noDeduplication,
            "publishes_without_id": .publishesWithoutID, "no_publishes": .noPublishes,
        ]
        let reasons = (json["reasons"]?.elements ?? []).compactMap {
            $0.text.flatMap { named[$0] }
        }
        self.init(level, Reasons(reasons))
    }
}

extension JSON {
    /// A number that may be a fraction.
    func amount(_ name: String) -> Double? {
        switch self[name] {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}

/// A circuit breaker after an order to it.
struct BreakerReply: ManagementReply {
    init(_ json: JSON) throws(ReplyError) {
        guard BreakerStatus(json) != nil else { throw .missing("state") }
    }
}
