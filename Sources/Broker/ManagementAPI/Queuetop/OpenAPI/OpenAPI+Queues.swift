/// The paths of single queues.
extension OpenAPIController {
    static let queuePaths = """
        "/api/queuetop/queues/{vhost}/{queue}": {"get": {
           "summary": "All that is known of one queue beside what RabbitMQ tells. \
        Needs management.",
           \(Self.queueParameters),
           "responses": {\(Self.answer("At this moment", Self.reference("QueueDetail"))),
            \(Self.namedRefusals)}}},
          "/api/queuetop/queues/{vhost}/{queue}/breaker": {"post": {
           "summary": "Opens the circuit breaker until it is closed again, or closes it.",
           "description": "Needs management, and to read the queue; an administrator may always.",
           \(Self.queueParameters),
           "requestBody": {"required": true, "content": {"application/json": {"schema": {
            "type": "object", "required": ["state"], "properties": {
             "state": {"enum": ["open", "closed"]}}}}}},
           "responses": {\(Self.answer("Afterwards", Self.reference("Breaker"))),
            \(Self.namedRefusals)}}},
          \(Self.messagePaths),
          "/api/queuetop/queues/{vhost}/{queue}/timings": {"get": {
           "summary": "How long messages wait and take. Needs management.",
           \(Self.queueParameters),
           "responses": {\(Self.answer("Null where nothing was measured yet", Self.timings)),
            \(Self.namedRefusals)}}},
          "/api/queuetop/queues/{vhost}/{queue}/history": {"get": {
           "summary": "How a queue moved, as long as somebody asked; each sample holds until the \
        next. Needs management.",
           \(Self.queueParameters),
           "responses": {\(Self.answer("Of ten minutes, the oldest first", Self.history)),
            \(Self.namedRefusals)}}}
        """

    private static let messagePaths = """
        "/api/queuetop/queues/{vhost}/{queue}/messages": {"get": {
           "summary": "Messages where they lie; looking changes nothing.",
           "description": "Needs management, and to read the queue; an administrator may always.",
           "parameters": [
            {"$ref": "#/components/parameters/vhost"}, {"$ref": "#/components/parameters/queue"},
            {"name": "after", "in": "query", "schema": {"type": "string"},
             "description": "`next` of the answer before"},
            {"name": "from", "in": "query", "schema": {"type": "string"},
             "description": "Of a stream: first, last, offset:N or time:SECONDS"},
            {"name": "count", "in": "query",
             "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}},
            {"name": "body_bytes", "in": "query",
             "schema": {"type": "integer", "minimum": 0, "maximum": 134217728, "default": 4096}},
            {"name": "encoding", "in": "query", "schema": {"enum": ["auto", "base64"]}},
            {"name": "properties", "in": "query", "schema": {"enum": ["amqp"]},
             "description": "Adds them as AMQP encodes them, in base64"},
            {"name": "contains", "in": "query", "schema": {"type": "string"},
             "description": "Text within the first MiB of the body"},
            {"name": "routing_key", "in": "query", "schema": {"type": "string"}},
            {"name": "exchange", "in": "query", "schema": {"type": "string"}},
            {"name": "header", "in": "query", "schema": {"type": "string"},
             "description": "name:value"}],
           "responses": {\(Self.answer("A page; `next` is null at the end", Self.page)),
            \(Self.namedRefusals)}}},
          "/api/queuetop/queues/{vhost}/{queue}/messages/delete": {"post": {
           "summary": "Deletes chosen messages as far as they are ready; permissions as to browse.",
           \(Self.queueParameters),
           "requestBody": {"required": true, "content": {"application/json": {"schema": {
            "type": "object", "required": ["positions"], "properties": {
             "positions": {"type": "array", "items": {"type": "string"}, "maxItems": 10000}}}}}},
           "responses": {\(Self.answer("How many were deleted", Self.deleted)),
            \(Self.namedRefusals)}}}
        """

    private static let page = """
        {"type": "object", "required": ["messages", "scanned", "next"], "properties": {
              "messages": {"type": "array",
               "items": {"$ref": "#/components/schemas/Message"}},
              "scanned": {"type": "integer"},
              "next": {"type": ["string", "null"]}}}
        """

    private static let deleted = """
        {"type": "object", "required": ["deleted"], "properties": {
             "deleted": {"type": "integer"}}}
        """

    private static let timings = """
        {"type": "object",
             "required": [
              "processing_last_minute", "processing", "deliver_to_ack", "time_in_queue"],
             "properties": {
             "processing_last_minute": {"$ref": "#/components/schemas/Durations"},
             "processing": {"$ref": "#/components/schemas/Durations"},
             "deliver_to_ack": {"$ref": "#/components/schemas/Durations"},
             "time_in_queue": {"$ref": "#/components/schemas/Durations"},
             "oldest_ready_seconds": {"type": "number"},
             "oldest_unacked_seconds": {"type": "number", "description":
              "How long the longest-held delivery has been with its consumer"}}}
        """

    private static let history = """
        {"type": "object", "required": ["until", "samples"], "properties": {
             "until": {"type": ["integer", "null"], "description": "Milliseconds since 1970"},
             "samples": {"type": "array", "items": {"type": "object",
              "required": ["at", "messages_ready", "messages_unacknowledged", "publish",
               "deliver_get", "ack"],
              "properties": {
              "at": {"type": "integer", "description": "Milliseconds since 1970"},
              "messages_ready": {"type": "integer"},
              "messages_unacknowledged": {"type": "integer"},
              "publish": {"type": "integer"}, "deliver_get": {"type": "integer"},
              "ack": {"type": "integer"}}}}}}
        """
}
