import Messaging
import PlainJSON

/// A message as one JSON object: a line of an export, from which the very same message is made.
///
///     {"exchange":"orders.x","routing_key":"order.created",
///      "properties":{"content_type":"application/json","delivery_mode":2},
///      "headers":[{"name":"tries","type":"int32","value":3}],
///      "body":"{\"id\":1}"}
///
/// A body that is no UTF-8 stands in `body_base64` instead. Headers are a list, because AMQP keeps
/// their order and allows a name twice; see ``TypedField`` for their types. Properties that a
/// message does not have are left out, and `headers` where it has no table of them. Other members
/// are for people, and ignored when a line is read.
package enum MessageLine {
    /// The members that the message is made of again.
    package static func members(of message: Message) -> [JSON.Member] {
        var members: [JSON.Member] = [
            .init("exchange", .text(message.exchange.text)),
            .init("routing_key", .text(message.routingKey)),
            .init("properties", .object(self.members(of: message.properties))),
        ]
        if let headers = message.properties.headers {
            members.append(.init("headers", TypedField.json(of: headers)))
        }
        members.append(self.body(message.body))
        return members
    }

    private static func body(_ bytes: [UInt8]) -> JSON.Member {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .init("body_base64", .text(Base64.text(of: bytes)))
        }
        return .init("body", .text(text))
    }

    private static func members(of properties: MessageProperties) -> [JSON.Member] {
        let texts = Self.textProperties.compactMap { name, path in
            properties[keyPath: path].map { JSON.Member(name, .text($0)) }
        }
        let numbers: [(String, UInt64?)] = [
            ("delivery_mode", properties.deliveryMode.map { UInt64($0) }),
            ("priority", properties.priority.map { UInt64($0) }),
            ("timestamp_seconds", properties.timestampSeconds),
        ]
        return texts
            + numbers.compactMap { name, value in
                value.map { JSON.Member(name, TypedField.unsigned($0)) }
            }
    }

    /// Properties that are short strings, by their names in the file.
    private nonisolated(unsafe) static let textProperties:
        [(name: String, path: WritableKeyPath<MessageProperties, String?>)] = [
            ("content_type", \.contentType), ("content_encoding", \.contentEncoding),
            ("correlation_id", \.correlationID), ("reply_to", \.replyTo),
            ("expiration", \.expiration), ("message_id", \.messageID), ("type", \.type),
            ("user_id", \.userID), ("app_id", \.appID), ("cluster_id", \.clusterID),
        ]
}

extension MessageLine {
    /// Makes the message that a line stands for.
    package static func message(from json: JSON) throws(MessageLineError) -> Message {
        guard json.members != nil else { throw MessageLineError("it is no object") }
        var properties = try self.properties(from: json["properties"] ?? .object([]))
        if let headers = json["headers"], headers != .null {
            properties.headers = try TypedField.table(from: headers, name: "headers")
        }
        return Message(
            exchange: ExchangeName(try self.name("exchange", in: json)),
            routingKey: try self.name("routing_key", in: json), properties: properties,
            body: try self.body(in: json))
    }

    private static func name(_ name: String, in json: JSON) throws(MessageLineError) -> String {
        guard let value = json[name] else { return "" }
        return try self.shortText(value, name)
    }

    /// Text that is written with a length of one octet.
    private static func shortText(_ value: JSON, _ name: String) throws(MessageLineError) -> String
    {
        guard let text = value.text else { throw MessageLineError("\(name) is no text") }
        guard text.utf8.count <= Limits.nameBytesMax else {
            throw MessageLineError("\(name) has more than \(Limits.nameBytesMax) bytes")
        }
        return text
    }

    private static func body(in json: JSON) throws(MessageLineError) -> [UInt8] {
        let bytes: [UInt8]
        switch (json["body"], json["body_base64"]) {
        case (.text(let text)?, nil): bytes = Array(text.utf8)
        case (nil, .text(let text)?):
            guard let decoded = Base64.bytes(of: text) else {
                throw MessageLineError("body_base64 is no base64")
            }
            bytes = decoded
        case (nil, nil): throw MessageLineError("body is missing")
        case (.some, .some): throw MessageLineError("it has both body and body_base64")
        default: throw MessageLineError("its body is no text")
        }
        guard bytes.count <= Limits.bodyBytesMax else {
            throw MessageLineError("its body has more than \(Limits.bodyBytesMax) bytes")
        }
        return bytes
    }

    private static func properties(
        from json: JSON
    ) throws(MessageLineError) -> MessageProperties {
        guard let members = json.members else {
            throw MessageLineError("properties is no object")
        }
        var properties = MessageProperties()
        for member in members where member.value != .null {
            let name = member.name
            if let text = self.textProperties.first(where: { $0.name == name }) {
                properties[keyPath: text.path] = try self.shortText(member.value, name)
                continue
            }
            guard let number = TypedField.unsigned(from: member.value) else {
                throw MessageLineError("\(name) is no property, or no number from 0")
            }
            switch (name, UInt8(exactly: number)) {
            case ("delivery_mode", let octet?): properties.deliveryMode = octet
            case ("priority", let octet?): properties.priority = octet
            case ("timestamp_seconds", _): properties.timestampSeconds = number
            default: throw MessageLineError("\(name) is no property, or too large")
            }
        }
        return properties
    }
}

/// Why a line of an export is no message; what a sentence about the line goes on with.
package struct MessageLineError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
