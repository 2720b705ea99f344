import BrokerLink
import Messaging

/// How a queue is set up, in words: what it was declared with, and what policies add.
enum QueueSettingLines {
    typealias Line = FieldLines.Line

    /// What kind of queue it is, then its arguments, then its policies and what they define.
    static func lines(of detail: QueueDetail, utcOffsetSeconds: Int) -> [Line] {
        func line(_ name: String, _ value: String) -> Line {
            Line(depth: 0, name: name, value: value)
        }
        var lines = [line("type", detail.type)]
        lines += (detail.groups.value ?? []).map { line("group \($0.name)", Self.words(for: $0)) }
        lines.append(line("durable", detail.isDurable ? "yes" : "no"))
        if let durability = detail.durability { lines.append(line("confirmed", durability.words)) }
        if detail.isExclusive {
            lines.append(line("exclusive", "to \(detail.owner ?? "one connection")"))
        }
        if detail.isAutoDelete {
            lines.append(line("auto-delete", "goes with its last consumer"))
        }
        lines += Self.limits(of: detail)
        for field in detail.arguments.fields where !Self.isTold(field.name, of: detail) {
            lines += Self.lines(of: field, depth: 0, utcOffsetSeconds)
        }
        if let policy = detail.policy { lines.append(line("policy", policy)) }
        if let policy = detail.operatorPolicy { lines.append(line("operator policy", policy)) }
        for field in detail.effectivePolicy.fields {
            lines += Self.lines(of: field, depth: 1, utcOffsetSeconds)
        }
        return lines
    }

    /// Such as `lag 20 (41 s), at 180, 2 lost to retention, 1 consumer`: what matters most first,
    /// because the pane may be narrow.
    private static func words(for group: StreamGroup) -> String {
        var words = "lag \(Figures.count(group.lag))"
        if let age = group.lagMicroseconds {
            words += " (\(Figures.duration(microseconds: age)))"
        }
        words += ", at \(Figures.count(group.nextOffset))"
        if group.lost > 0 { words += ", \(Figures.count(group.lost)) lost to retention" }
        return words + ", \(Figures.counted(group.consumers, "consumer"))"
    }

    /// Whether what holds, whoever says so, is told by lines of its own.
    private static func isTold(_ argument: String, of detail: QueueDetail) -> Bool {
        switch argument {
        case "x-queue-type": true
        case "x-durability": detail.durability != nil
        case "x-delivery-limit": detail.deliveryLimit != nil
        default: detail.retries != nil && argument.hasPrefix("x-retry-")
        }
    }

    /// What holds for messages that come back, whichever argument, policy or default says so.
    private static func limits(of detail: QueueDetail) -> [Line] {
        var lines: [Line] = []
        func add(_ name: String, _ value: String) {
            lines.append(Line(depth: 0, name: name, value: value))
        }
        if let limit = detail.deliveryLimit {
            add("returns", "at most \(Figures.count(limit)), then it dies")
        }
        guard let retries = detail.retries else { return lines }
        add("retries", Figures.counted(retries.count, "time") + ", then it dies")
        let waits = retries.waitsMicroseconds.map { Figures.duration(microseconds: $0) }
        let more = waits.count < retries.count ? ", …" : ""
        add("retry after", waits.joined(separator: ", ") + more)
        if retries.jitter > 0 {
            add("retry jitter", "up to \(Figures.share(retries.jitter, of: 1)) sooner")
        }
        return lines
    }

    /// The guarantee that holds, and below it each reason.
    static func guarantee(_ promise: DeliveryPromise?) -> [Line] {
        guard let promise else { return [] }
        return [Line(depth: 0, name: "guarantee", value: promise.words)]
            + promise.reasonSentences.map { Line(depth: 1, name: "because", value: $0) }
    }

    /// One argument or definition; those that are not known stand as they were written.
    private static func lines(
        of field: FieldTable.Field, depth: Int, _ utcOffsetSeconds: Int
    ) -> [Line] {
        let name = field.name.hasPrefix("x-") ? String(field.name.dropFirst(2)) : field.name
        if let words = Self.words(for: name, field.value) {
            return [Line(depth: depth, name: words.name, value: words.value)]
        }
        return FieldLines.lines(of: FieldTable([field]), utcOffsetSeconds: utcOffsetSeconds)
            .map { Line(depth: depth + $0.depth, name: $0.name, value: $0.value) }
    }

    /// The words for an argument, or for a key of a policy, which has the same name without `x-`.
    private static func words(
        for name: String, _ value: FieldValue
    ) -> (name: String, value: String)? {
        switch (name, value.integer, value.text) {
        case ("message-ttl", let milliseconds?, _):
            ("message TTL", Self.duration(milliseconds))
        case ("expires", let milliseconds?, _):
            ("expires", "unused for \(Self.duration(milliseconds))")
        case ("max-length", let count?, _):
            ("length limit", Figures.counted(Int(count), "message"))
        case ("max-length-bytes", let bytes?, _):
            ("size limit", Figures.bytes(UInt64(clamping: bytes)))
        case ("overflow", _, let overflow?): ("when full", Self.overflow(overflow))
        case ("dead-letter-exchange", _, let exchange?):
            ("dead letters to", exchange.isEmpty ? "the default exchange" : exchange)
        case ("dead-letter-routing-key", _, let key?): ("dead-letter key", key)
        case ("max-priority", let level?, _): ("priorities", "0 to \(level)")
        case ("single-active-consumer", _, _):
            ("consumers", value == .bool(true) ? "one active at a time" : "all active")
        case ("max-age", _, let age?): ("age limit", age)
        case ("delivery-rate", _, _): Self.amount(value).map { ("delivers at most", "\($0)/s") }
        case ("delivery-burst", let count?, _):
            ("delivery burst", Figures.counted(Int(count), "message"))
        case ("breaker-threshold", _, _):
            Self.amount(value).flatMap { Double($0) }.map {
                ("breaker opens at", "\(Figures.share($0, of: 1)) failures")
            }
        case ("breaker-window", let milliseconds?, _):
            ("breaker window", Self.duration(milliseconds))
        case ("breaker-min", let count?, _):
            ("breaker counts", "\(Figures.counted(Int(count), "outcome")) at least")
        case ("breaker-cooldown", let milliseconds?, _):
            ("breaker cool-down", Self.duration(milliseconds))
        case ("breaker-probes", let count?, _):
            ("breaker tries", Figures.counted(Int(count), "delivery", "deliveries"))
        case ("deduplication-window", let milliseconds?, _):
            ("takes once within", Self.duration(milliseconds))
        case ("deduplication-header", _, let header?): ("id in header", header)
        case ("deduplication-max", let count?, _):
            ("ids kept", "\(Figures.count(Int(count))) at most")
        case ("delivery-limit", let count?, _):
            ("delivery limit", count < 0 ? "none" : Figures.counted(Int(count), "return"))
        case ("durability", _, let level?):
            QueueDetail.Durability(rawValue: level).map { ("confirmed", $0.words) }
        case ("retry-max", let count?, _): ("retries", Figures.counted(Int(count), "time"))
        case ("retry-base", let milliseconds?, _): ("first wait", Self.duration(milliseconds))
        case ("retry-max-delay", let milliseconds?, _):
            ("longest wait", Self.duration(milliseconds))
        case ("dead-letter-strategy", _, let strategy?): ("dead-lettering", strategy)
        default: nil
        }
    }

    /// A number as it was written, when it is one.
    private static func amount(_ value: FieldValue) -> String? {
        switch value {
        case .float(let amount): "\(amount)"
        case .double(let amount): "\(amount)"
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64:
            value.integer.map { "\($0)" }
        case .bool, .decimal, .longString, .byteArray, .array, .timestamp, .table, .void: nil
        }
    }

    private static func overflow(_ overflow: String) -> String {
        switch overflow {
        case "drop-head": "drops the oldest"
        case "reject-publish": "rejects new ones"
        case "reject-publish-dlx": "dead-letters new ones"
        default: overflow
        }
    }

    private static func duration(_ milliseconds: Int64) -> String {
        let (microseconds, isTooLong) = milliseconds.multipliedReportingOverflow(by: 1_000)
        return isTooLong
            ? "\(milliseconds) ms" : Figures.duration(microseconds: microseconds)
    }
}

extension QueueDetail.Durability {
    /// When a confirm of a persistent message is sent.
    fileprivate var words: String {
        switch self {
        case .sync: "once it is on disk"
        case .written: "once the system has it"
        case .memory: "while it is in memory only"
        }
    }
}
