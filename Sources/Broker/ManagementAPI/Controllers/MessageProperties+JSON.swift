import Messaging
import PlainJSON

/// Properties by RabbitMQ's names in JSON.
extension MessageProperties {
    /// - Throws: 400 for a value of a wrong kind; names that are unknown are passed over.
    init(json: JSON) throws(APIFailure) {
        self.init()
        guard let fields = json.members else {
            throw .badRequest("properties should be an object")
        }
        for field in fields {
            switch field.name {
            case "content_type": self.contentType = try field.shortText()
            case "content_encoding": self.contentEncoding = try field.shortText()
            case "headers":
                guard let headers = field.value.fieldTable else { throw field.isNot("headers") }
                self.headers = headers
            case "delivery_mode": self.deliveryMode = try field.number()
            case "priority": self.priority = try field.number()
            case "correlation_id": self.correlationID = try field.shortText()
            case "reply_to": self.replyTo = try field.shortText()
            case "expiration": self.expiration = try field.shortText()
            case "message_id": self.messageID = try field.shortText()
            case "timestamp": self.timestampSeconds = try field.number()
            case "type": self.type = try field.shortText()
            case "user_id": self.userID = try field.shortText()
            case "app_id": self.appID = try field.shortText()
            case "cluster_id": self.clusterID = try field.shortText()
            default: break
            }
        }
    }
}

extension JSON.Member {
    fileprivate func isNot(_ kind: String) -> APIFailure {
        APIFailure(
            .badRequest, "bad_request", .array([.text("not_\(kind)"), .text(self.name)]))
    }

    /// A text that fits where AMQP has one length octet.
    fileprivate func shortText() throws(APIFailure) -> String {
        guard let text = self.value.text, text.utf8.count <= Limits.nameBytesMax else {
            throw self.isNot("string")
        }
        return text
    }

    fileprivate func number<Number: FixedWidthInteger>() throws(APIFailure) -> Number {
        guard let value = self.value.integer, let number = Number(exactly: value) else {
            throw self.isNot("int")
        }
        return number
    }
}

extension JSONWriter {
    /// The fields of those that are set.
    mutating func properties(_ properties: MessageProperties) {
        if let value = properties.appID { self.field("app_id", value) }
        if let value = properties.userID { self.field("user_id", value) }
        if let value = properties.type { self.field("type", value) }
        if let value = properties.timestampSeconds { self.field("timestamp", value) }
        if let value = properties.messageID { self.field("message_id", value) }
        if let value = properties.expiration { self.field("expiration", value) }
        if let value = properties.replyTo { self.field("reply_to", value) }
        if let value = properties.correlationID { self.field("correlation_id", value) }
        if let value = properties.priority { self.field("priority", Int(value)) }
        if let value = properties.deliveryMode { self.field("delivery_mode", Int(value)) }
        if let value = properties.headers { self.field("headers", value) }
        if let value = properties.contentEncoding { self.field("content_encoding", value) }
        if let value = properties.contentType { self.field("content_type", value) }
        if let value = properties.clusterID { self.field("cluster_id", value) }
    }
}
