import BrokerLink
import Canvas
import Messaging

/// Everything there is to say about one message, as lines.
struct MessageDetail {
    struct Line: Equatable {
        enum Kind: Equatable {
            case heading, field, payload, note, gap
        }

        var kind: Kind
        /// Stands in front of a field's text.
        var label = ""
        var text: String
    }

    let message: BrowsedMessage
    let context: ScreenContext
    /// The width that lines may take.
    let columns: Int

    /// The lines above the payload.
    func lines() -> [Line] {
        self.facts() + self.deaths() + self.properties() + self.headers()
    }

    /// What stands over the payload, or instead of it when there is none.
    func payloadHeading(_ format: PayloadFormat) -> [Line] {
        guard self.message.bodyBytes > 0 else {
            return Self.heading("no payload: the body is empty")
        }
        let shown = self.message.message.body.count
        let total = Figures.bytes(UInt64(self.message.bodyBytes))
        let size =
            shown < self.message.bodyBytes
            ? "first \(Figures.bytes(UInt64(shown))) of \(total)" : total
        return Self.heading("payload as \(format.name) · \(size)")
    }

    private static func heading(_ text: String) -> [Line] {
        [Line(kind: .gap, text: ""), Line(kind: .heading, text: text)]
    }

    private func facts() -> [Line] {
        let message = self.message.message
        var states = [self.message.isUnacked ? "unacked: a consumer holds it" : "ready"]
        if self.message.isRedelivered { states.append("delivered before") }
        return self.field("came through", Route.text(message.exchange, message.routingKey))
            + self.field("in queue", self.timeInQueue)
            + self.field("state", states.joined(separator: ", "))
    }

    private var timeInQueue: String {
        guard let since = self.message.enqueuedAt else {
            return "\(Figures.none)  the broker does not tell"
        }
        let age = Figures.duration(microseconds: self.context.now.microseconds(since: since))
        let moment = ClockText.dateAndTime(
            since, utcOffsetSeconds: self.context.utcOffsetSeconds)
        return "\(age), since \(moment)"
    }

    private func deaths() -> [Line] {
        guard !self.message.deaths.isEmpty else { return [] }
        return Self.heading("deaths, latest first")
            + self.message.deaths.flatMap { record in
                TextLines.wrapped(
                    DeathWords.sentence(record, now: self.context.now), toColumns: self.columns
                ).map { Line(kind: .note, text: $0) }
            }
    }

    private func properties() -> [Line] {
        let properties = self.message.message.properties
        let named: [(String, String?)] = [
            ("content type", properties.contentType),
            ("encoding", properties.contentEncoding),
            ("delivery mode", properties.deliveryMode.map(Self.deliveryMode)),
            ("priority", properties.priority.map { "\($0)" }),
            ("message id", properties.messageID),
            ("correlation id", properties.correlationID),
            ("reply to", properties.replyTo),
            ("expiration", properties.expiration.map { "\($0) ms" }),
            (
                "timestamp",
                properties.timestampSeconds.map {
                    FieldLines.time(seconds: $0, utcOffsetSeconds: self.context.utcOffsetSeconds)
                }
            ),
            ("type", properties.type), ("user", properties.userID), ("app", properties.appID),
            ("cluster", properties.clusterID),
        ]
        let lines = named.flatMap { name, value in value.map { self.field(name, $0) } ?? [] }
        return lines.isEmpty ? [] : Self.heading("properties") + lines
    }

    private func headers() -> [Line] {
        guard let headers = self.message.message.properties.headers, !headers.isEmpty else {
            return []
        }
        let lines = FieldLines.lines(
            of: headers, utcOffsetSeconds: self.context.utcOffsetSeconds)
        return Self.heading("headers")
            + lines.flatMap { line in
                // Deeper than this, indentation would leave no room for anything else.
                let indent = String(repeating: "  ", count: min(line.depth, 6))
                return self.field(indent + line.name, line.value)
            }
    }

    /// A label and its text, wrapped beside the label.
    private func field(_ label: String, _ text: String) -> [Line] {
        let room = max(1, self.columns - Self.labelColumns(of: self.columns))
        // A stack trace is read by its lines.
        let parts = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
            TextWrap.lines(of: String($0).replacing("\t", with: "    "), columns: room)
        }
        return parts.enumerated().map { place, part in
            Line(kind: .field, label: place == 0 ? label : "", text: part)
        }
    }

    /// Columns of the labels when the whole width is so many.
    static func labelColumns(of columns: Int) -> Int { min(26, columns * 2 / 5) }

    private static func deliveryMode(_ mode: UInt8) -> String {
        switch MessageProperties.DeliveryMode(rawValue: mode) {
        case .transient: "1, transient"
        case .persistent: "2, persistent"
        case nil: "\(mode)"
        }
    }
}
