/// The paths that put dead letters back.
extension OpenAPIController {
    static let redrivePaths = """
        "/api/queuetop/queues/{vhost}/{queue}/redrive-step": {"post": {
           "summary": "Puts some dead letters back, and says where to go on; permissions as below.",
           \(Self.queueParameters),
           "requestBody": {"content": {"application/json": {"schema": {
            "type": "object", "properties": {
             "target": {"type": ["string", "null"],
              "description": "Null is the queue that each message died in"},
             "count": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000},
             "positions": {"type": "array", "items": {"type": "string"}, "maxItems": 10000,
              "description": "These; without them all that the queue has at the first step"},
             "end": {"type": "string", "description": "`end` of the first step"},
             "after": {"type": "string", "description": "`next` of the step before"}}}}}},
           "responses": {\(Self.answer("`next` is null at the end", Self.step)),
            \(Self.namedRefusals)}}},
          "/api/queuetop/queues/{vhost}/{queue}/redrive": {"post": {
           "summary": "Begins to put dead letters back.",
           "description": "Needs management, to read the queue, and to write to the target \
        (without one, to amq.default); an administrator may always.",
           \(Self.queueParameters),
           "requestBody": {"content": {"application/json": {"schema": {"type": "object",
            "properties": {
             "rate": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1000,
              "description": "Messages a second"},
             "target": {"type": ["string", "null"],
              "description": "A queue; null is the one that each message died in"}}}}}},
           "responses": {"201": {"$ref": "#/components/responses/Redrive"},
            \(Self.namedRefusals)}}},
          "/api/queuetop/redrives": {"get": {
           "summary": "Redrives that were started: one's own; an administrator sees all. \
        Needs management.",
           "parameters": [
            {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1},
             "description": "With it the answer is a page, in RabbitMQ's frame"},
            {"name": "page_size", "in": "query",
             "schema": {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}},
            {"name": "name", "in": "query", "schema": {"type": "string"},
             "description": "Part of the source's name"},
            {"name": "use_regex", "in": "query", "schema": {"enum": ["true", "false"]}},
            {"name": "sort", "in": "query", "schema": {"type": "string"}},
            {"name": "sort_reverse", "in": "query", "schema": {"enum": ["true", "false"]}},
            {"name": "columns", "in": "query", "schema": {"type": "string"}}],
           "responses": {\(Self.answer("The oldest first", Self.redrives)),
            \(Self.refusals)}}},
          "/api/queuetop/redrives/{id}": {
           "parameters": [{"$ref": "#/components/parameters/id"}],
           "get": {"summary": "How far it is.",
            "responses": {"200": {"$ref": "#/components/responses/Redrive"},
             \(Self.namedRefusals)}},
           "delete": {"summary": "Stops it; what was moved stays moved. 400 when it is over.",
            "responses": {"200": {"$ref": "#/components/responses/Redrive"},
             \(Self.namedRefusals)}}},
          "/api/queuetop/redrives/{id}/pause": {"post": {
           "summary": "Has it wait. 400 when it is over.",
           "parameters": [{"$ref": "#/components/parameters/id"}],
           "responses": {"200": {"$ref": "#/components/responses/Redrive"},
            \(Self.namedRefusals)}}},
          "/api/queuetop/redrives/{id}/resume": {"post": {
           "summary": "Has it go on. 400 when it is over.",
           "parameters": [{"$ref": "#/components/parameters/id"}],
           "responses": {"200": {"$ref": "#/components/responses/Redrive"},
            \(Self.namedRefusals)}}}
        """

    private static let redrives = """
        {"type": "array", "items": {"$ref": "#/components/schemas/Redrive"}}
        """

    private static let step = """
        {"type": "object",
             "required": [
              "moved", "unroutable", "missing", "moved_to", "returned", "end", "next"],
             "properties": {
             "moved": {"type": "integer"}, "unroutable": {"type": "integer"},
             "missing": {"type": "integer"},
             "moved_to": {"$ref": "#/components/schemas/CountsByQueue"},
             "returned": {"type": "integer",
              "description": "Messages that came into the queue since the first step"},
             "end": {"type": "string"}, "next": {"type": ["string", "null"]}}}
        """
}
