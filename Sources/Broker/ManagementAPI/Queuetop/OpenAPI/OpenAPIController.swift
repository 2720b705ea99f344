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
          "description": "What queuetop's management API has beside RabbitMQ's. Parameters and \
        fields that are not described here are refused with 400. Any request may be answered 405, \
        408, 413 or 503 as everywhere in the API."},
         "security": [{"basic": []}],
         "paths": {\(Self.queuePaths), \(Self.redrivePaths), \(Self.brokerPaths),
          "/api/queuetop/openapi.json": {"get": {
           "summary": "This description.", "security": [],
           "responses": {"200": {"description": "OpenAPI",
            "content": {"application/json": {"schema": {"type": "object"}}}}}}}},
         "components": {
          "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
          "parameters": {
           "vhost": {"name": "vhost", "in": "path", "required": true,
            "schema": {"type": "string"}},
           "queue": {"name": "queue", "in": "path", "required": true,
            "schema": {"type": "string"}},
           "id": {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}},
          "responses": {\(Self.responses)},
          "schemas": {\(Self.messageSchemas), \(Self.figureSchemas), \(Self.clientSchemas)}}}
        """

    private static let responses = """
        "BadRequest": {"description": "Something in it is not as described here",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}},
           "NotAuthorised": {
            "description": "Nobody has logged in (without a body), or this user may not",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}},
           "NotFound": {"description": "What the path names is not there",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}},
           "Redrive": {"description": "How far it is", "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Redrive"}}}}
        """

    /// Why any request may be refused, and those that name something.
    static let refusals = """
        "400": {"$ref": "#/components/responses/BadRequest"},
            "401": {"$ref": "#/components/responses/NotAuthorised"}
        """
    static let namedRefusals = """
        \(Self.refusals),
            "404": {"$ref": "#/components/responses/NotFound"}
        """

    static let queueParameters = """
        "parameters": [
            {"$ref": "#/components/parameters/vhost"}, {"$ref": "#/components/parameters/queue"}]
        """

    /// A good answer whose body has that schema.
    static func answer(_ description: String, _ schema: String) -> String {
        """
        "200": {"description": "\(description)",
            "content": {"application/json": {"schema": \(schema)}}}
        """
    }

    static func reference(_ schema: String) -> String {
        "{\"$ref\": \"#/components/schemas/\(schema)\"}"
    }
}
