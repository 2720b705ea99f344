import Messaging
import PlainJSON

/// The methods that the API knows.
package enum APIMethod: String, Hashable, Sendable {
    case get = "GET"
    case head = "HEAD"
    case put = "PUT"
    case post = "POST"
    case delete = "DELETE"
    case options = "OPTIONS"
}

/// One request as its controller sees it: admitted, its path taken apart, its body read.
package struct APIRequest: Sendable {
    package var method: APIMethod
    /// The parts of the path, decoded, without the `api` in front.
    package var path: [String]
    package var query: [String: String]
    package var body: [UInt8]
    package var account: ManagementAccount
    /// What the route's `{names}` stand for.
    package var parameters: [String: String] = [:]
    /// The header `X-Reason`.
    package var reason: String?

    package init(
        method: APIMethod, path: [String], query: [String: String] = [:], body: [UInt8] = [],
        account: ManagementAccount
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.account = account
    }

    /// What a name of the route stands for.
    ///
    /// - Precondition: The route has that name.
    func parameter(_ name: String) -> String {
        guard let value = self.parameters[name] else {
            preconditionFailure("the route has a part {\(name)}")
        }
        return value
    }

    var host: VirtualHostName { VirtualHostName(self.parameter("vhost")) }
    var queue: QueueName { QueueName(self.parameter("queue")) }

    /// The exchange of the path; the default one is written `amq.default`.
    var exchange: ExchangeName { ExchangeName(pathPart: self.parameter("exchange")) }

    func isSet(_ name: String) -> Bool { self.query[name] == "true" }

    /// The virtual hosts that a list is of: those whose contents the account may look at.
    func visible(_ hosts: [VirtualHostName]) -> [VirtualHostName] {
        hosts.filter { self.account.mayEnter($0) }
    }

    // MARK: The body

    /// The body as an object; an empty one is an object without fields.
    ///
    /// - Throws: 400 `not_json`, as RabbitMQ says of anything else.
    func object() throws(APIFailure) -> JSON {
        guard !self.body.isEmpty else { return .object([]) }
        guard let json = JSON(request: self.body), json.members != nil else {
            throw .badRequest("not_json")
        }
        return json
    }

    /// The body as an object that has all those fields.
    func object(with keys: String...) throws(APIFailure) -> JSON {
        let object = try self.object()
        let missing = keys.filter { object[$0] == nil }
        guard missing.isEmpty else {
            let list = missing.map { "{key_missing,\($0)}" }.joined(separator: ",")
            throw .badRequest("[\(list)]")
        }
        return object
    }
}

extension ExchangeName {
    init(pathPart: String) { self.init(pathPart == "amq.default" ? "" : pathPart) }
}

extension JSON {
    /// A truth value, written as such or as a word; false when there is none.
    ///
    /// - Throws: 400 as RabbitMQ says.
    func flag(_ name: String) throws(APIFailure) -> Bool {
        switch self[name] {
        case nil: return false
        case .bool(let value): return value
        case .text("true"): return true
        case .text("false"): return false
        case .some(let other):
            throw APIFailure(.badRequest, "bad_request", .array([.text("not_boolean"), other]))
        }
    }

    /// The field `arguments`; none when it is missing.
    func arguments() throws(APIFailure) -> FieldTable {
        guard let value = self["arguments"] else { return FieldTable() }
        guard let table = value.fieldTable else {
            throw APIFailure(
                .badRequest, "bad_request", .array([.text("not_a_map"), value]))
        }
        return table
    }
}
