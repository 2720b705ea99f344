import ArgumentParser
import Messaging
import PlainJSON

/// Where a message is published to.
struct RouteOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A queue, through the default exchange.", valueName: "queue"),
        completion: .queueNames)
    var to: QueueName?

    @Option(help: ArgumentHelp("The exchange.", valueName: "name")) var exchange: String?
    @Option(help: ArgumentHelp("The routing key.", valueName: "key")) var routingKey: String?

    mutating func validate() throws {
        guard (self.to == nil) != (self.exchange == nil) else {
            throw ValidationError(
                self.to == nil
                    ? "Name a queue with --to, or an exchange with --exchange."
                    : "--to is a queue and --exchange names another way: leave one out.")
        }
        if self.to != nil, self.routingKey != nil {
            throw ValidationError("--to is the routing key: leave --routing-key out.")
        }
        for name in [self.exchange, self.routingKey].compactMap({ $0 })
        where name.utf8.count > Limits.nameBytesMax {
            throw ValidationError("A name or key has more than \(Limits.nameBytesMax) bytes.")
        }
    }

    var exchangeName: String { self.exchange ?? "" }
    var key: String { self.to?.text ?? self.routingKey ?? "" }
}

/// The properties and headers of a message.
struct MessageOptions: ParsableArguments {
    @Option(
        name: [.customShort("H"), .customLong("header")],
        help: ArgumentHelp(
            "name=text, or name:=JSON for another type: retries:=3, flag:=true. Repeat it.",
            valueName: "name=value"))
    var headers: [String] = []

    @Flag(help: "Do not keep it over a restart of the broker.") var transient = false
    @Option(help: ArgumentHelp("Such as application/json.", valueName: "type"))
    var contentType: String?
    @Option(help: ArgumentHelp("Such as gzip.", valueName: "name")) var contentEncoding: String?
    @Option(help: ArgumentHelp("0 to 255.", valueName: "level")) var priority: UInt8?
    @Option(help: ArgumentHelp("What an answer refers to.", valueName: "id"))
    var correlationID: String?
    @Option(help: ArgumentHelp("Where an answer goes.", valueName: "queue")) var replyTo: String?
    @Option(help: ArgumentHelp("Milliseconds to live.", valueName: "ms")) var expiration: UInt32?
    @Option(help: ArgumentHelp("The message's id.", valueName: "id")) var messageID: String?
    @Option(help: ArgumentHelp("Seconds since 1970.", valueName: "seconds"))
    var timestamp: UInt64?
    @Option(help: ArgumentHelp("What kind of message it is.", valueName: "name")) var type: String?
    @Option(help: ArgumentHelp("Who publishes; the broker checks it.", valueName: "name"))
    var userID: String?
    @Option(help: ArgumentHelp("Which program publishes.", valueName: "name")) var appID: String?

    mutating func validate() throws { _ = try self.properties() }

    func properties() throws -> MessageProperties {
        var properties = MessageProperties()
        properties.contentType = self.contentType
        properties.contentEncoding = self.contentEncoding
        properties.deliveryMode =
            (self.transient ? MessageProperties.DeliveryMode.transient : .persistent).rawValue
        properties.priority = self.priority
        properties.correlationID = self.correlationID
        properties.replyTo = self.replyTo
        properties.expiration = self.expiration.map { "\($0)" }
        properties.messageID = self.messageID
        properties.timestampSeconds = self.timestamp
        properties.type = self.type
        properties.userID = self.userID
        properties.appID = self.appID
        for text in [
            self.contentType, self.contentEncoding, self.correlationID, self.replyTo,
            self.messageID, self.type, self.userID, self.appID,
        ] where (text?.utf8.count ?? 0) > Limits.nameBytesMax {
            throw ValidationError("A property has more than \(Limits.nameBytesMax) bytes.")
        }
        let fields = try self.headers.map { try Self.header($0) }
        properties.headers = fields.isEmpty ? nil : FieldTable(fields)
        return properties
    }

    private static func header(_ text: String) throws -> FieldTable.Field {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw ValidationError("'\(text)' is no header: name=text or name:=JSON is expected.")
        }
        let value = String(text[text.index(after: equals)...])
        let last = text.index(before: equals)
        guard text[last] == ":" else {
            return try self.field(String(text[..<equals]), .string(value))
        }
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: Array(value.utf8))
        } catch {
            throw ValidationError("The value of header '\(text)' is no JSON: \(error).")
        }
        return try self.field(String(text[..<last]), json.fieldValue)
    }

    private static func field(_ name: String, _ value: FieldValue) throws -> FieldTable.Field {
        guard name.utf8.count <= Limits.nameBytesMax else {
            throw ValidationError("A header's name has more than \(Limits.nameBytesMax) bytes.")
        }
        return FieldTable.Field(name, value)
    }
}
