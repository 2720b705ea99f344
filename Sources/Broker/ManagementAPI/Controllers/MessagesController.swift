import Core
import Engine
import Messaging
import PlainJSON

/// Single messages through AMQP: fetched from a queue, published to an exchange.
struct MessagesController: Controller {
    /// Messages that one request may fetch; who wants more asks again.
    static let countMax = 10_000
    /// Of these, what is asked of the broker at once.
    private static let batch = 50
    /// Bytes of bodies in one answer.
    static let answerBytesMax = 67_108_864

    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.post("queues/{vhost}/{queue}/get") { request in try await self.fetch(request) }
        routes.post("exchanges/{vhost}/{exchange}/publish") { request in
            try await self.publish(request)
        }
    }

    /// To RabbitMQ a virtual host that is not there is one more that nobody may enter.
    private func requireHost(_ request: APIRequest) async throws(APIFailure) {
        guard await self.context.engine.virtualHosts.contains(request.host) else {
            throw .accessRefused
        }
    }

    // MARK: Fetching

    private struct FetchOrder: Sendable {
        enum Settling: String, Sendable {
            case ack_requeue_true, ack_requeue_false, reject_requeue_true, reject_requeue_false
        }

        var count: Int
        var settling: Settling
        var isBase64: Bool
        var truncateBytes: Int

        init(_ body: JSON) throws(APIFailure) {
            let count = try body.wholeNumber("count", orElse: 1)
            // A negative count is as many as there are.
            self.count = count < 0 ? countMax : min(Int(clamping: count), countMax)
            guard let mode = body["ackmode"]?.text, let settling = Settling(rawValue: mode) else {
                throw .badRequest("ackmode is none of RabbitMQ's four")
            }
            self.settling = settling
            switch body["encoding"]?.text {
            case "auto": self.isBase64 = false
            case "base64": self.isBase64 = true
            default: throw .badRequest("Unsupported encoding. Please use auto or base64.")
            }
            self.truncateBytes = Int(
                clamping: max(0, try body.wholeNumber("truncate", orElse: .max)))
        }
    }

    private func fetch(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let order = try FetchOrder(request.object(with: "count", "ackmode", "encoding"))
        try await self.requireHost(request)
        let messages = try await InProcessSession.run(
            on: self.context.engine, as: request.account.name, in: request.host,
            bodyBytesMax: min(order.truncateBytes, Self.answerBytesMax)
        ) { session throws(APIFailure) in
            do throws(APIFailure) {
                return try await self.fetch(order, from: request.queue, by: session)
            } catch {
                throw error.asRabbitSaysOfGet
            }
        }
        return .json { json in
            json.array { json in
                for message in messages {
                    json.object { $0.message(message, isBase64: order.isBase64) }
                }
            }
        }
    }

    private func fetch(
        _ order: FetchOrder, from queue: QueueName, by session: InProcessSession
    ) async throws(APIFailure) -> [FetchedMessage] {
        let isAutoAck = order.settling == .ack_requeue_false
        var messages: [FetchedMessage] = []
        var bytes = 0
        fetching: while messages.count < order.count, bytes < Self.answerBytesMax {
            let count = min(Self.batch, order.count - messages.count)
            let answers = try await session.ask(
                Array(repeating: .get(queue, isAutoAck: isAutoAck), count: count),
                wordForWord: true)
            for answer in answers {
                guard case .got(let message) = answer else { break fetching }
                messages.append(message)
                bytes += message.body.count
            }
        }
        if let last = messages.last, !isAutoAck {
            let isRequeue = order.settling != .reject_requeue_false
            await session.tell([.nack(last.tag, isMultiple: true, isRequeue: isRequeue)])
        }
        return messages
    }

    // MARK: Publishing

    private func publish(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let body = try request.object(
            with: "payload", "payload_encoding", "properties", "routing_key")
        let message = Message(
            exchange: request.exchange, routingKey: body["routing_key"]?.text ?? "",
            properties: try MessageProperties(json: body["properties"] ?? .object([])),
            body: try Self.payload(body))
        guard message.routingKey.utf8.count <= Limits.nameBytesMax else {
            throw .badRequest("the routing key has more than \(Limits.nameBytesMax) bytes")
        }
        try await self.requireHost(request)
        let isRouted = try await InProcessSession.run(
            on: self.context.engine, as: request.account.name, in: request.host
        ) { session throws(APIFailure) in try await session.publish(message) }
        return .object { $0.field("routed", isRouted) }
    }

    private static func payload(_ body: JSON) throws(APIFailure) -> [UInt8] {
        let payload = body["payload"]?.text ?? ""
        switch body["payload_encoding"]?.text {
        case "string": return Array(payload.utf8)
        case "base64":
            guard let bytes = Base64.bytes(of: payload) else {
                throw APIFailure(
                    .badRequest, "bad_request",
                    .array([.text("not_base64"), .text(payload)]))
            }
            return bytes
        default:
            throw APIFailure(
                .badRequest, "bad_request",
                .array([.text("unsupported_encoding"), body["payload_encoding"] ?? .null]))
        }
    }
}

extension APIFailure {
    /// What RabbitMQ says when `basic.get` is refused: a missing queue with the name of its code.
    fileprivate var asRabbitSaysOfGet: APIFailure {
        guard case .text(let text) = self.reason, self != .hostNotFound else { return self }
        switch self.error {
        case "not_found":
            return APIFailure(self.status, self.error, .text("NOT_FOUND - \(text)"))
        case "bad_request" where text.hasPrefix("basic.get not supported"):
            return .badRequest("\(ReplyCode.notImplemented.rawValue) \(text)")
        default: return self
        }
    }
}

extension JSON {
    /// A whole number, written as such or as text.
    func wholeNumber(_ name: String, orElse missing: Int64) throws(APIFailure) -> Int64 {
        switch self[name] {
        case nil: return missing
        case .integer(let value): return value
        case .text(let text) where Int64(text) != nil: return Int64(text) ?? missing
        case .some(let other):
            throw APIFailure(.badRequest, "bad_request", .array([.text("not_integer"), other]))
        }
    }
}

extension JSONWriter {
    fileprivate mutating func message(_ message: FetchedMessage, isBase64: Bool) {
        self.field("payload_bytes", message.bodyBytes)
        self.field("redelivered", message.isRedelivered)
        self.field("exchange", message.exchange)
        self.field("routing_key", message.routingKey)
        self.field("message_count", Int(message.messagesLeft))
        self.key("properties")
        self.object { $0.properties(message.properties) }
        self.payload(message.body, isBase64: isBase64)
    }

    /// The body as text where it is text and may be, else as Base64.
    mutating func payload(_ body: [UInt8], isBase64: Bool) {
        if !isBase64, let text = String(validating: body, as: UTF8.self) {
            self.field("payload", text)
            self.field("payload_encoding", "string")
        } else {
            self.field("payload", Base64.text(of: body))
            self.field("payload_encoding", "base64")
        }
    }
}
