/// What answers are made of.
extension OpenAPIController {
    static let messageSchemas = """
        "Refusal": {"type": "object", "required": ["error", "reason"], "properties": {
            "error": {"type": "string"}, "reason": {"description": "Why not, mostly a text"}}},
           "CountsByQueue": {"type": "object", "additionalProperties": {"type": "integer"}},
           "Message": {"type": "object",
            "required": ["position", "exchange", "routing_key", "redelivered", "unacknowledged",
             "enqueued_at", "properties", "payload_bytes", "payload", "payload_encoding"],
            "properties": {
            "position": {"type": "string"}, "stream_offset": {"type": "string"},
            "exchange": {"type": "string"},
            "routing_key": {"type": "string"}, "redelivered": {"type": "boolean"},
            "unacknowledged": {"type": "boolean"}, "enqueued_at": {"type": "number"},
            "properties": {"type": "object", "additionalProperties": true,
             "description": "As RabbitMQ shows them"},
            "payload_bytes": {"type": "integer", "description": "Of the whole body"},
            "payload": {"type": "string"},
            "payload_encoding": {"enum": ["string", "base64"]},
            "amqp_properties": {"type": "string",
             "description": "With properties=amqp: as AMQP encodes them, in base64"}}},
           "Durations": {"type": ["object", "null"],
            "required": ["count", "p50_seconds", "p99_seconds", "p999_seconds", "max_seconds"],
            "properties": {
            "count": {"type": "integer"}, "p50_seconds": {"type": "number"},
            "p99_seconds": {"type": "number"}, "p999_seconds": {"type": "number"},
            "max_seconds": {"type": "number"}}},
           "Redrive": {"type": "object",
            "required": ["id", "vhost", "queue", "target", "rate", "user", "state", "moved",
             "unroutable", "moved_to", "reason"],
            "properties": {
            "id": {"type": "integer"}, "vhost": {"type": "string"},
            "queue": {"type": "string"}, "target": {"type": ["string", "null"]},
            "rate": {"type": "integer"}, "user": {"type": "string"},
            "state": {"enum": ["running", "paused", "stopped", "finished", "failed"]},
            "moved": {"type": "integer"}, "unroutable": {"type": "integer"},
            "moved_to": {"$ref": "#/components/schemas/CountsByQueue"},
            "reason": {"type": ["string", "null"]}}}
        """

    static let clientSchemas = """
        "Connection": {"type": "object",
            "required": ["name", "state", "channels", "consumers", "unacked", "published",
             "delivered", "exclusive_queues"],
            "properties": {
            "name": {"type": "string"},
            "state": {"enum": ["running", "slow_reader", "blocked", "closing"]},
            "channels": {"type": "integer"}, "consumers": {"type": "integer"},
            "unacked": {"type": "integer"},
            "oldest_unacked_microseconds": {"type": "integer"},
            "published": {"type": "integer"}, "delivered": {"type": "integer"},
            "exclusive_queues": {"type": "array", "items": {"type": "string"}}}},
           "Consumer": {"type": "object",
            "required": ["connection", "origin", "channel", "tag", "queue", "prefetch", "priority",
             "unacked", "needs_ack", "exclusive", "active"],
            "properties": {
            "connection": {"type": "string", "description": "Its name"},
            "origin": {"type": "string"}, "channel": {"type": "integer"},
            "tag": {"type": "string"}, "queue": {"type": "string"},
            "prefetch": {"type": "integer", "description": "0 is without limit"},
            "priority": {"type": "integer"}, "unacked": {"type": "integer"},
            "oldest_unacked_microseconds": {"type": "integer",
             "description": "How long it has held a delivery"},
            "needs_ack": {"type": "boolean"}, "exclusive": {"type": "boolean"},
            "active": {"type": "boolean"}, "told_of_cancels": {"type": "boolean"},
            "reader": {"type": "object", "description": "Where it reads a stream",
             "required": ["next_offset", "lag", "lost"], "properties": {
             "group": {"type": "string"}, "next_offset": {"type": "integer"},
             "lag": {"type": "integer"}, "lost": {"type": "integer"}}}}}
        """
}
