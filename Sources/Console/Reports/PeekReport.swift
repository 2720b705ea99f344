import BrokerLink
import Messaging
import PlainJSON
import Screens
import Transfer

/// Messages as they lie in a queue: what `queuetop peek` prints.
package struct PeekReport: Sendable {
    private let broker: BrokerIdentity
    private let page: BrowsePage
    private let now: Timestamp

    /// - Parameter now: What ages are counted from.
    package init(_ page: BrowsePage, broker: BrokerIdentity, now: Timestamp) {
        self.broker = broker
        self.page = page
        self.now = now
    }

    /// Characters of a body that the table shows.
    private static let previewMax = 200

    /// One line a message.
    package var table: ReportTable {
        ReportTable(
            [
                .init(self.hasOffsets ? "OFFSET" : "POSITION", rank: 4), .init("AGE", rank: 1),
                .init("SIZE", rank: 2), .init("DIED", rank: 6),
                .init("STATE", isFigure: false, rank: 5),
                .init("EXCHANGE", isFigure: false, mayShrink: true, rank: 7),
                .init("ROUTING KEY", isFigure: false, mayShrink: true, rank: 3),
                .init("BODY", isFigure: false, mayShrink: true, rank: 0),
            ],
            rows: self.page.messages.map { self.row(of: $0) })
    }

    /// A stream's messages are known by their offsets, which `--from` takes.
    private var hasOffsets: Bool { self.page.messages.contains { $0.streamOffset != nil } }

    private static func place(of browsed: BrowsedMessage) -> String {
        Figures.count(browsed.streamOffset ?? browsed.id.position.offset)
    }

    private func row(of browsed: BrowsedMessage) -> [ReportTable.Cell] {
        let message = browsed.message
        let deaths = browsed.deaths.reduce(0) { $0 + Int(clamping: $1.count) }
        let state = [
            browsed.isUnacked ? "unacked" : "ready", browsed.isRedelivered ? "redelivered" : "",
        ]
        return [
            .init(Self.place(of: browsed)),
            .init(Figures.duration(browsed.ageMicroseconds(at: self.now))),
            .init(Figures.bytes(UInt64(browsed.bodyBytes))),
            .init(deaths == 0 ? Figures.none : "\(Figures.count(deaths))×", .warning),
            .init(state.filter { !$0.isEmpty }.joined(separator: ", ")),
            .init(message.exchange == .default ? "(default)" : message.exchange.text),
            .init(message.routingKey),
            .init(
                Payload.preview(
                    message.body, isCut: message.body.count < browsed.bodyBytes,
                    lengthMax: Self.previewMax)),
        ]
    }

    /// Each message with everything in it, for reading.
    ///
    /// - Parameter columns: The width of the terminal; nil wraps nothing.
    package func fullLines(_ style: ReportStyle) -> [String] {
        self.page.messages.enumerated().flatMap { place, browsed in
            (place == 0 ? [] : [""]) + self.lines(of: browsed, style)
        }
    }

    private func lines(of browsed: BrowsedMessage, _ style: ReportStyle) -> [String] {
        let title =
            "Message at \(Self.place(of: browsed)), "
            + Figures.bytes(UInt64(browsed.bodyBytes))
        var lines = [style.heading(title)]
        let object = JSON.object(MessageLine.members(of: browsed.message))
        for name in ["exchange", "routing_key"] {
            lines.append("\(name): \(ReportTable.Cell(object[name]?.text ?? "").text)")
        }
        for property in object["properties"]?.members ?? [] {
            let value = property.value.text ?? property.value.compactText
            lines.append("\(property.name): \(ReportTable.Cell(value).text)")
        }
        let headers = browsed.message.properties.headers ?? FieldTable()
        for line in FieldLines.lines(of: headers, utcOffsetSeconds: 0) {
            let indent = String(repeating: "  ", count: line.depth + 1)
            lines.append(indent + ReportTable.Cell("\(line.name): \(line.value)").text)
        }
        lines += browsed.deaths.map {
            "died: \(ReportTable.Cell(DeathWords.sentence($0, now: self.now)).text)"
        }
        let payload = Payload(
            browsed.message.body, isCut: browsed.message.body.count < browsed.bodyBytes,
            wanted: nil, columns: style.columns ?? Self.widestBody)
        return lines + [""] + payload.lines.map { ReportTable.Cell($0).text }
    }

    private static let widestBody = 10_000

    /// One document for programs; a message is what an export has, and more.
    package var json: JSON {
        [
            "at": .moment(self.now), "broker": self.broker.json,
            "queue": .text(self.page.queue.text), "has_more": .bool(self.page.hasMore),
            "messages": .array(self.page.messages.map { MessageJSON.json(of: $0) }),
        ]
    }
}

/// A message in a queue as an object for programs: a line of an export.
package enum MessageJSON {
    /// What ``MessageLine`` reads back, and behind it how the message lies in its queue.
    package static func json(of browsed: BrowsedMessage) -> JSON {
        let enqueuedAt: Timestamp? = browsed.enqueuedAt
        return .object(
            MessageLine.members(of: browsed.message) + [
                .init("position", .count(browsed.id.position.offset)),
                .init("offset", browsed.streamOffset.map { .count($0) } ?? .null),
                .init("enqueued_at", .moment(enqueuedAt)),
                .init("is_redelivered", .bool(browsed.isRedelivered)),
                .init("is_unacked", .bool(browsed.isUnacked)),
                .init("body_bytes", .count(browsed.bodyBytes)),
                .init("is_body_cut", .bool(browsed.message.body.count < browsed.bodyBytes)),
                .init("deaths", .array(browsed.deaths.map { self.json(of: $0) })),
            ])
    }

    private static func json(of death: DeathRecord) -> JSON {
        [
            "queue": .text(death.queue.text), "reason": .text(death.reason.rawValue),
            "count": .integer(death.count),
            "first_at": .moment(
                Timestamp(seconds: Int64(clamping: min(death.timeSeconds, 1 << 38)))),
            "exchange": .text(death.exchange.text),
            "routing_keys": .array(death.routingKeys.map { .text($0) }),
        ]
    }
}
