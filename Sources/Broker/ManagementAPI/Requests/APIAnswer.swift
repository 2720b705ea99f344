import PlainJSON

/// The status codes that the API answers with.
package enum APIStatus: Int, Hashable, Sendable {
    case ok = 200
    case created = 201
    case noContent = 204
    case badRequest = 400
    case unauthorized = 401
    case notFound = 404
    case methodNotAllowed = 405
    case requestTimeout = 408
    case tooLarge = 413
    case unavailable = 503
}

/// What a controller answers.
package struct APIAnswer: Sendable {
    package var status: APIStatus
    package var body: [UInt8]
    package var contentType: String
    /// Further fields of the head.
    package var headers: [String: String]
    /// What goes on being sent behind the body, until it ends or the client goes.
    package var stream: (any EventStream)?

    package init(
        _ status: APIStatus = .ok, body: [UInt8] = [], contentType: String = "application/json",
        headers: [String: String] = [:]
    ) {
        self.status = status
        self.body = body
        self.contentType = contentType
        self.headers = headers
    }

    static let created = APIAnswer(.created)
    static let noContent = APIAnswer(.noContent)

    /// `{"status":"ok"}`, as health checks say.
    static let statusOK = APIAnswer.object { $0.field("status", "ok") }

    static func json(_ status: APIStatus = .ok, _ write: (inout JSONWriter) -> Void) -> APIAnswer {
        var json = JSONWriter()
        write(&json)
        return APIAnswer(status, body: json.bytes)
    }

    static func object(
        _ status: APIStatus = .ok, _ write: (inout JSONWriter) -> Void
    ) -> APIAnswer {
        .json(status) { $0.object(write) }
    }
}

/// Bytes that come by and by, such as events.
package protocol EventStream: Sendable {
    /// The next piece; nil at the end. Returns when there is one, or when its task is cancelled.
    func next() async -> [UInt8]?
}

/// Why a request was refused, in RabbitMQ's words.
package struct APIFailure: Error, Equatable, Sendable {
    package var status: APIStatus
    package var error: String
    /// Mostly a text.
    package var reason: JSON

    init(_ status: APIStatus, _ error: String, _ reason: JSON) {
        self.status = status
        self.error = error
        self.reason = reason
    }

    static let notFound = APIFailure(.notFound, "Object Not Found", .text("Not Found"))
    static let hostNotFound = APIFailure(.notFound, "not_found", .text("vhost_not_found"))

    /// Nobody has logged in: browsers ask for name and password.
    static let loginMissing = APIFailure(.unauthorized, "", .null)
    /// RabbitMQ spells it with a z here, and with an s where somebody may not do something.
    static let loginFailed = APIFailure(.unauthorized, "not_authorized", .text("Login failed"))
    /// What cannot even be taken apart; RabbitMQ has no words for it.
    static let malformed = APIFailure(.badRequest, "", .null)

    static func badRequest(_ reason: String) -> APIFailure {
        .init(.badRequest, "bad_request", .text(reason))
    }

    /// What it is about belongs to somebody else.
    static let objectRefused = APIFailure.notAuthorised(Access.policymaker.refusal)
    /// What the broker itself refuses, in the words of RabbitMQ's API.
    static let accessRefused = APIFailure.notAuthorised(Access.anybody.refusal)

    static func notAuthorised(_ reason: String) -> APIFailure {
        .init(.unauthorized, "not_authorised", .text(reason))
    }

    var answer: APIAnswer {
        var answer = APIAnswer(self.status)
        if !self.error.isEmpty {
            answer = .object(self.status) { json in
                json.field("error", self.error)
                json.key("reason")
                json.json(self.reason)
            }
        }
        // Whoever may not do something is not asked to log in as somebody else.
        if self == .loginMissing || self == .loginFailed {
            answer.headers["www-authenticate"] = "Basic realm=\"queuetop management\""
        }
        return answer
    }
}
