/// The paths of whole virtual hosts.
extension OpenAPIController {
    private static let hostParameter = """
        "parameters": [{"$ref": "#/components/parameters/vhost"}]
        """

    static let brokerPaths = """
        "/api/queuetop/figures/{vhost}": {"get": {
           "summary": "What RabbitMQ does not tell of queues, for all of them. Needs management.",
           \(Self.hostParameter),
           "responses": {\(Self.answer("In no particular order", Self.figures)),
            \(Self.namedRefusals)}}},
          "/api/queuetop/clients/{vhost}": {"get": {
           "summary": "What connections and consumers hold: one's own; monitoring sees all. \
        Needs management.",
           \(Self.hostParameter),
           "responses": {\(Self.answer("In no particular order", Self.clients)),
            \(Self.namedRefusals)}}},
          "/api/queuetop/clients/{vhost}/cancel": {"post": {
           "summary": "Ends a consumer of one's own; an administrator every one.",
           \(Self.hostParameter),
           "requestBody": {"required": true, "content": {"application/json": {"schema": {
            "type": "object", "required": ["connection", "channel", "tag"], "properties": {
             "connection": {"type": "string", "description": "Its name"},
             "channel": {"type": "integer", "minimum": 1, "maximum": 65535},
             "tag": {"type": "string"}}}}}},
           "responses": {\(Self.answer("Messages that its channel holds still", Self.cancelled)),
            \(Self.namedRefusals)}}},
          "/api/queuetop/dead-letters/{vhost}": {"get": {
           "summary": "Dead letters grouped by cause, the largest group first. Needs monitoring.",
           \(Self.hostParameter),
           "responses": {\(Self.answer("Incomplete when a queue has too many", Self.groups)),
            \(Self.namedRefusals)}}},
          "/api/queuetop/events": {"get": {
           "summary": "What changes, as server-sent events. Needs monitoring.",
           "responses": {"200": {"description":
            "queue.declared, queue.deleted, connection.opened, connection.closed, alarm.raised, \
        alarm.cleared",
            "content": {"text/event-stream": {"schema": {"type": "string"}}}},
            \(Self.refusals)}}}
        """

    private static let figures = """
        {"type": "object", "required": ["broker", "queues"], "properties": {
             "broker": {"$ref": "#/components/schemas/BrokerFigures"},
             "queues": {"type": "array",
              "items": {"$ref": "#/components/schemas/QueueFigures"}}}}
        """

    private static let clients = """
        {"type": "object", "required": ["connections", "consumers"], "properties": {
             "connections": {"type": "array",
              "items": {"$ref": "#/components/schemas/Connection"}},
             "consumers": {"type": "array",
              "items": {"$ref": "#/components/schemas/Consumer"}}}}
        """

    private static let cancelled = """
        {"type": "object", "required": ["unacked"], "properties": {
             "unacked": {"type": "integer"}}}
        """

    private static let groups = """
        {"type": "object", "required": ["complete", "groups"], "properties": {
             "complete": {"type": "boolean"},
             "groups": {"type": "array", "items": {"type": "object",
              "required": ["queue", "origin", "reason", "exchange", "routing_key", "count"],
              "properties": {
              "queue": {"type": "string"}, "origin": {"type": "string"},
              "reason": {"type": "string"}, "exchange": {"type": "string"},
              "routing_key": {"type": "string"}, "count": {"type": "integer"},
              "first_at": {"type": "integer"}, "last_at": {"type": "integer"}}}}}}
        """
}
