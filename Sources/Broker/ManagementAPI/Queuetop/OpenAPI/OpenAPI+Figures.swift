/// The figures of the broker and of queues.
extension OpenAPIController {
    static let figureSchemas = """
        "BrokerFigures": {"type": "object",
            "description": "From blocked_connections on for monitoring only",
            "required": ["delayed", "unroutable", "message_memory_bytes"],
            "properties": {
            "delayed": {"type": "integer"}, "unroutable": {"type": "integer"},
            "message_memory_bytes": {"type": "integer"},
            "blocked_connections": {"type": "integer"},
            "memory_alarm": {"type": "object", "required": ["used_bytes", "limit_bytes"],
             "properties": {
             "used_bytes": {"type": "integer"}, "limit_bytes": {"type": "integer"}}},
            "disk_alarm": {"type": "object",
             "description": "What is free, or the reason when the disk fails", "properties": {
             "free_bytes": {"type": "integer"}, "limit_bytes": {"type": "integer"},
             "reason": {"type": "string"}}},
            "files_short": {"type": "boolean",
             "description": "New clients are refused: hardly more files may be opened"},
            "damages": {"type": "array", "items": {"type": "string"}}}},
           "QueueFigures": {"type": "object", "required": [\(Self.requiredFigures)],
            "properties": {\(Self.figures)}},
           "QueueDetail": {"type": "object",
            "required": [\(Self.requiredFigures), "durability", "ready_by_priority",
             "consumer_list", "groups"],
            "properties": {\(Self.figures),
            "durability": {"enum": ["sync", "written", "memory"],
             "description": "What a confirm promises for persistent messages"},
            "delivery_limit": {"type": "integer"},
            "retries": {"type": "object",
             "required": ["count", "waits_microseconds", "jitter"], "properties": {
             "count": {"type": "integer"},
             "waits_microseconds": {"type": "array", "items": {"type": "integer"}},
             "jitter": {"type": "number"}}},
            "next_retry_microseconds": {"type": "integer"},
            "ready_by_priority": {"type": "array", "items": {"type": "object",
             "required": ["priority", "ready"], "properties": {
             "priority": {"type": "integer"}, "ready": {"type": "integer"}}}},
            "consumer_list": {"type": "array",
             "items": {"$ref": "#/components/schemas/Consumer"}},
            "groups": {"type": "array", "items": {"type": "object",
             "required": ["name", "next_offset", "lag", "lost", "consumers"], "properties": {
             "name": {"type": "string"}, "next_offset": {"type": "integer"},
             "lag": {"type": "integer"}, "lag_microseconds": {"type": "integer"},
             "lost": {"type": "integer"}, "consumers": {"type": "integer"}}}},
            "processing_total": {"$ref": "#/components/schemas/Percentiles"},
            "deliver_to_ack": {"$ref": "#/components/schemas/Percentiles"},
            "time_in_queue": {"$ref": "#/components/schemas/Percentiles"}}},
           "Breaker": {"type": "object",
            "required": ["state", "state_microseconds", "failures", "outcomes", "threshold",
             "openings"],
            "properties": {
            "state": {"enum": ["closed", "open", "half_open"]},
            "probes_in_microseconds": {"type": "integer",
             "description": "Until it tries again; missing when only an order closes it"},
            "unsent": {"type": "integer"}, "unsettled": {"type": "integer"},
            "state_microseconds": {"type": "integer"},
            "cause": {"enum": ["failures", "failed_probe", "by_operator"]},
            "failures": {"type": "integer"}, "outcomes": {"type": "integer"},
            "threshold": {"type": "number"}, "openings": {"type": "integer"}}},
           "Percentiles": {"type": "object",
            "required": ["count", "p50_microseconds", "p99_microseconds", "p999_microseconds",
             "max_microseconds"],
            "properties": {
            "count": {"type": "integer"}, "p50_microseconds": {"type": "integer"},
            "p99_microseconds": {"type": "integer"}, "p999_microseconds": {"type": "integer"},
            "max_microseconds": {"type": "integer"}}}
        """

    private static let requiredFigures = """
        "name", "features", "ready", "unacked", "ready_bytes", "unacked_bytes",
             "consumers", "receives_dead_letters", "dead", "waiting", "totals", "flow"
        """

    private static let figures = """
        "name": {"type": "string"},
            "features": {"type": "array", "items": {"type": "string"},
             "description": "Such as durable or circuit_breaker"},
            "ready": {"type": "integer"}, "unacked": {"type": "integer"},
            "ready_bytes": {"type": "integer"}, "unacked_bytes": {"type": "integer"},
            "consumers": {"type": "integer"}, "receives_dead_letters": {"type": "boolean"},
            "dead": {"type": "integer", "description": "Died in it and lie in some queue"},
            "waiting": {"type": "integer", "description": "Kept outside of it for a retry"},
            "oldest_ready_microseconds": {"type": "integer"},
            "oldest_unacked_microseconds": {"type": "integer"},
            "processing": {"$ref": "#/components/schemas/Percentiles"},
            "totals": {"type": "object", "required": [
             "published", "delivered", "acked", "redelivered", "delivered_without_ack", "expired",
             "rejected", "dropped_by_length", "refused", "returned_too_often", "retried",
             "dead_lettered", "purged", "deduplicated"],
             "properties": {
             "published": {"type": "integer"}, "delivered": {"type": "integer"},
             "acked": {"type": "integer"}, "redelivered": {"type": "integer"},
             "delivered_without_ack": {"type": "integer"}, "expired": {"type": "integer"},
             "rejected": {"type": "integer"}, "dropped_by_length": {"type": "integer"},
             "refused": {"type": "integer"}, "returned_too_often": {"type": "integer"},
             "retried": {"type": "integer"}, "dead_lettered": {"type": "integer"},
             "purged": {"type": "integer"}, "deduplicated": {"type": "integer"}}},
            "flow": {"type": "object", "required": ["guarantee"], "properties": {
             "deliveries_per_second_max": {"type": "number"},
             "breaker": {"$ref": "#/components/schemas/Breaker"},
             "deduplication_ids": {"type": "integer"},
             "guarantee": {"type": "object", "required": ["level", "reasons"], "properties": {
              "level": {"enum": ["at_most_once", "at_least_once", "effectively_once"]},
              "reasons": {"type": "array", "items": {"type": "string"}}}}}},
            "stream": {"type": "object",
             "required": ["first_offset", "next_offset", "groups", "lost"], "properties": {
             "first_offset": {"type": "integer"}, "next_offset": {"type": "integer"},
             "age_max_microseconds": {"type": "integer"}, "bytes_max": {"type": "integer"},
             "groups": {"type": "integer"}, "lag_max": {"type": "integer",
              "description": "Messages that the slowest group has not acked"},
             "lost": {"type": "integer"}}}
        """
}
