/// The description of queuetop's own endpoints, for people and for generators of clients.
struct OpenAPIController: Controller {
    init(_ context: ManagementContext) {}

    func add(to routes: inout Routes) {
        routes.get("queuetop/openapi.json", .anybody) { _ in
            APIAnswer(body: Array(Self.document.utf8))
        }
    }
}

extension OpenAPIController {
    private static let document = """
        {"openapi": "3.1.0",
         "info": {"title": "queuetop", "version": "1",
          "description": "What queuetop's management API has beside RabbitMQ's."},
         "security": [{"basic": []}],
         "paths": {
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
           "responses": {"200": {"description": "A page; `next` is null at the end",
            "content": {"application/json": {"schema": {"type": "object",
             "required": ["messages", "scanned", "next"], "properties": {
              "messages": {"type": "array",
               "items": {"$ref": "#/components/schemas/Message"}},
              "scanned": {"type": "integer"},
              "next": {"type": ["string", "null"]}}}}}},
            "404": {"$ref": "#/components/responses/Refusal"}}}},
          "/api/queuetop/queues/{vhost}/{queue}/messages/delete": {"post": {
           "summary": "Deletes chosen messages as far as they are ready; permissions as to browse.",
           "parameters": [
            {"$ref": "#/components/parameters/vhost"}, {"$ref": "#/components/parameters/queue"}],
           "requestBody": {"required": true, "content": {"application/json": {"schema": {
            "type": "object", "required": ["positions"], "properties": {
             "positions": {"type": "array", "items": {"type": "string"}, "maxItems": 10000}}}}}},
           "responses": {"200": {"description": "How many were deleted",
            "content": {"application/json": {"schema": {"type": "object", "properties": {
             "deleted": {"type": "integer"}}}}}},
            "400": {"$ref": "#/components/responses/Refusal"},
            "404": {"$ref": "#/components/responses/Refusal"}}}},
          "/api/queuetop/queues/{vhost}/{queue}/redrive-step": {"post": {
           "summary": "Puts some dead letters back, and says where to go on; permissions as below.",
           "parameters": [
            {"$ref": "#/components/parameters/vhost"}, {"$ref": "#/components/parameters/queue"}],
           "requestBody": {"content": {"application/json": {"schema": {
            "type": "object", "properties": {
             "target": {"type": ["string", "null"],
              "description": "Null is the queue that each message died in"},
             "count": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000},
             "positions": {"type": "array", "items": {"type": "string"}, "maxItems": 10000,
              "description": "These; without them all that the queue has at the first step"},
             "end": {"type": "string", "description": "`end` of the first step"},
             "after": {"type": "string", "description": "`next` of the step before"}}}}}},
           "responses": {"200": {"description": "`next` is null at the end",
            "content": {"application/json": {"schema": {"type": "object", "properties": {
             "moved": {"type": "integer"}, "unroutable": {"type": "integer"},
             "missing": {"type": "integer"}, "moved_to": {"type": "object"},
             "returned": {"type": "integer",
              "description": "Messages that came into the queue since the first step"},
             "end": {"type": "string"}, "next": {"type": ["string", "null"]}}}}}},
            "400": {"$ref": "#/components/responses/Refusal"},
            "404": {"$ref": "#/components/responses/Refusal"}}}},
          "/api/queuetop/figures/{vhost}": {"get": {
           "summary": "Totals, ages and processing times of all queues. Needs management.",
           "parameters": [{"$ref": "#/components/parameters/vhost"}],
           "responses": {"200": {"description": "In no particular order",
            "content": {"application/json": {"schema": {"type": "object", "properties": {
             "queues": {"type": "array", "items": {"type": "object"}}}}}}},
            "404": {"$ref": "#/components/responses/Refusal"}}}},
          "/api/queuetop/queues/{vhost}/{queue}/timings": {"get": {
           "summary": "How long messages wait and take. Needs management.",
           "parameters": [
            {"$ref": "#/components/parameters/vhost"}, {"$ref": "#/components/parameters/queue"}],
           "responses": {"200": {"description": "Null where nothing was measured yet",
            "content": {"application/json": {"schema": {"type": "object", "properties": {
             "processing_last_minute": {"$ref": "#/components/schemas/Durations"},
             "processing": {"$ref": "#/components/schemas/Durations"},
             "deliver_to_ack": {"$ref": "#/components/schemas/Durations"},
             "time_in_queue": {"$ref": "#/components/schemas/Durations"},
             "oldest_ready_seconds": {"type": "number"},
             "oldest_unacked_seconds": {"type": "number"}}}}}},
            "404": {"$ref": "#/components/responses/Refusal"}}}},
          "/api/queuetop/queues/{vhost}/{queue}/history": {"get": {
           "summary": "How a queue moved, as long as somebody asked. Needs management.",
           "parameters": [
            {"$ref": "#/components/parameters/vhost"}, {"$ref": "#/components/parameters/queue"}],
           "responses": {"200": {
            "description": "Samples of ten minutes, the oldest first; each holds until the next",
            "content": {"application/json": {"schema": {"type": "object", "properties": {
             "until": {"type": ["integer", "null"], "description": "Milliseconds since 1970"},
             "samples": {"type": "array", "items": {"type": "object", "properties": {
              "at": {"type": "integer", "description": "Milliseconds since 1970"},
              "messages_ready": {"type": "integer"},
              "messages_unacknowledged": {"type": "integer"},
              "publish": {"type": "integer"}, "deliver_get": {"type": "integer"},
              "ack": {"type": "integer"}}}}}}}}},
            "404": {"$ref": "#/components/responses/Refusal"}}}},
          "/api/queuetop/queues/{vhost}/{queue}/redrive": {"post": {
           "summary": "Begins to put dead letters back.",
           "description": "Needs management, to read the queue, and to write to the target (without one, to amq.default); an administrator may always.",
           "parameters": [
            {"$ref": "#/components/parameters/vhost"}, {"$ref": "#/components/parameters/queue"}],
           "requestBody": {"content": {"application/json": {"schema": {"type": "object",
            "properties": {
             "rate": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1000,
              "description": "Messages a second"},
             "target": {"type": "string",
              "description": "A queue; without it the one that each message died in"}}}}}},
           "responses": {"201": {"$ref": "#/components/responses/Redrive"},
            "400": {"$ref": "#/components/responses/Refusal"},
            "404": {"$ref": "#/components/responses/Refusal"}}}},
          "/api/queuetop/redrives": {"get": {
           "summary": "Redrives that were started: one's own; an administrator sees all.",
           "responses": {"200": {"description": "The oldest first",
            "content": {"application/json": {"schema": {"type": "array",
             "items": {"$ref": "#/components/schemas/Redrive"}}}}}}}},
          "/api/queuetop/redrives/{id}": {
           "parameters": [{"$ref": "#/components/parameters/id"}],
           "get": {"summary": "How far it is.",
            "responses": {"200": {"$ref": "#/components/responses/Redrive"}}},
           "delete": {"summary": "Stops it; what was moved stays moved.",
            "responses": {"200": {"$ref": "#/components/responses/Redrive"}}}},
          "/api/queuetop/redrives/{id}/pause": {"post": {
           "summary": "Has it wait.",
           "parameters": [{"$ref": "#/components/parameters/id"}],
           "responses": {"200": {"$ref": "#/components/responses/Redrive"}}}},
          "/api/queuetop/redrives/{id}/resume": {"post": {
           "summary": "Has it go on.",
           "parameters": [{"$ref": "#/components/parameters/id"}],
           "responses": {"200": {"$ref": "#/components/responses/Redrive"}}}},
          "/api/queuetop/dead-letters/{vhost}": {"get": {
           "summary": "Dead letters grouped by cause, the largest group first. Needs monitoring.",
           "parameters": [{"$ref": "#/components/parameters/vhost"}],
           "responses": {"200": {"description": "`complete` is false when a queue has too many",
            "content": {"application/json": {"schema": {"type": "object", "properties": {
             "complete": {"type": "boolean"},
             "groups": {"type": "array", "items": {"type": "object", "properties": {
              "queue": {"type": "string"}, "origin": {"type": "string"},
              "reason": {"type": "string"}, "exchange": {"type": "string"},
              "routing_key": {"type": "string"}, "count": {"type": "integer"},
              "first_at": {"type": "integer"}, "last_at": {"type": "integer"}}}}}}}}}}}},
          "/api/queuetop/events": {"get": {
           "summary": "What changes, as server-sent events. Needs monitoring.",
           "responses": {"200": {"description":
            "queue.declared, queue.deleted, connection.opened, connection.closed, alarm.raised, \
        alarm.cleared",
            "content": {"text/event-stream": {"schema": {"type": "string"}}}}}}}},
         "components": {
          "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
          "parameters": {
           "vhost": {"name": "vhost", "in": "path", "required": true,
            "schema": {"type": "string"}},
           "queue": {"name": "queue", "in": "path", "required": true,
            "schema": {"type": "string"}},
           "id": {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}},
          "responses": {
           "Refusal": {"description": "Why not", "content": {"application/json": {"schema": {
            "type": "object", "properties": {"error": {"type": "string"}, "reason": {}}}}}},
           "Redrive": {"description": "How far it is", "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Redrive"}}}}},
          "schemas": {
           "Message": {"type": "object", "properties": {
            "position": {"type": "string"}, "stream_offset": {"type": "string"},
            "exchange": {"type": "string"},
            "routing_key": {"type": "string"}, "redelivered": {"type": "boolean"},
            "unacknowledged": {"type": "boolean"}, "enqueued_at": {"type": "number"},
            "properties": {"type": "object"}, "payload_bytes": {"type": "integer"},
            "payload": {"type": "string"},
            "payload_encoding": {"enum": ["string", "base64"]}}},
           "Durations": {"type": ["object", "null"], "properties": {
            "count": {"type": "integer"}, "p50_seconds": {"type": "number"},
            "p99_seconds": {"type": "number"}, "p999_seconds": {"type": "number"},
            "max_seconds": {"type": "number"}}},
           "Redrive": {"type": "object", "properties": {
            "id": {"type": "integer"}, "vhost": {"type": "string"},
            "queue": {"type": "string"}, "target": {"type": ["string", "null"]},
            "rate": {"type": "integer"}, "user": {"type": "string"},
            "state": {"enum": ["running", "paused", "stopped", "finished", "failed"]},
            "moved": {"type": "integer"}, "unroutable": {"type": "integer"},
            "moved_to": {"type": "object"}, "reason": {"type": ["string", "null"]}}}}}}
        """
}
