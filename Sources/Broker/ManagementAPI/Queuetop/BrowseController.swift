import Core
import Engine
import Messaging
import PlainJSON

/// Reads messages where they lie, without taking them: by position, a page at a time.
struct BrowseController: Controller {
    static let countDefault = 50
    static let countMax = 1_000
    /// Bytes of each body that an answer holds, where nobody says.
    static let bodyBytesDefault = 4_096
    static let bodyBytesMax = 134_217_728
    /// Bytes of each body that are searched.
    static let searchedBytesMax = 1_048_576
    /// Bytes of bodies in one answer; the page ends earlier then.
    static let answerBytesMax = 67_108_864
    /// Messages that are asked for at once where whole bodies are wanted.
    private static let wholePageCount = 16
    /// Messages that one request looks at to find what its filter wants.
    static let scannedMax = 20_000
    /// Of these, what is asked of the broker at once.
    private static let pageCount = 500

    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queuetop/queues/{vhost}/{queue}/messages") { request in
            try await self.context.requireReading(request)
            try request.requireQuery(
                of: "after", "from", "count", "body_bytes", "encoding", "properties", "contains",
                "routing_key", "exchange", "header")
            return try await self.browse(request)
        }
    }

    private func browse(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let isBase64 = try request.word("encoding", of: "auto", "base64") == "base64"
        let isExact = try request.word("properties", of: "amqp") != nil
        let count = try request.number("count", Self.countDefault, in: 1...Self.countMax)
        let bytes = try request.number(
            "body_bytes", Self.bodyBytesDefault, in: 0...Self.bodyBytesMax)
        let filter = try MessageFilter(request.query)
        var after = try request.position("after")
        let start = try request.streamStart()
        if start != nil { try await self.requireStream(request) }
        var found: [BrowsedRecord] = []
        var (scanned, hasMore) = (0, true)
        // What is searched has to be there as a whole; what is shown is cut afterwards.
        let bytesRead = filter.needsBody ? max(bytes, Self.searchedBytesMax) : bytes
        let pageCount = bytes > Self.searchedBytesMax ? Self.wholePageCount : Self.pageCount
        var bytesFound = 0
        while hasMore, found.count < count, scanned < Self.scannedMax,
            bytesFound < Self.answerBytesMax
        {
            let size = filter.isEmpty ? count - found.count : pageCount
            guard
                let page = await self.page(
                    request, after, from: start, min(size, pageCount), bodyBytesMax: bytesRead)
            else { throw .notFound }
            hasMore = page.hasMore
            for record in page.records {
                scanned += 1
                after = record.position
                if filter.takes(record) {
                    found.append(record)
                    bytesFound += min(record.message.body.count, bytes)
                }
                guard found.count < count, bytesFound < Self.answerBytesMax else {
                    hasMore = hasMore || record.position != page.records.last?.position
                    break
                }
            }
        }
        // As text: JavaScript's numbers are not exact to the last one.
        let next = hasMore ? after.map { "\($0.offset)" } : nil
        return .object { json in
            json.key("messages")
            json.array { json in
                for record in found {
                    json.object { json in
                        json.browsed(record, bodyBytesMax: bytes, isBase64: isBase64)
                        // JSON loses the types of headers; a program may want them.
                        guard isExact else { return }
                        let properties = record.message.properties.encoded()
                        json.field("amqp_properties", Base64.text(of: properties))
                    }
                }
            }
            json.field("scanned", scanned)
            json.field("next", orNull: next)
        }
    }
}

extension BrowseController {
    /// Says that only a stream has places to begin at.
    private func requireStream(_ request: APIRequest) async throws(APIFailure) {
        let (queue, host, engine) = (request.queue, request.host, self.context.engine)
        guard await engine.hasQueue(queue, in: host) else { throw .notFound }
        guard await engine.nextOffset(of: queue, in: host) != nil else {
            throw .badRequest("from is for streams, and \(queue) is none; after goes on in a queue")
        }
    }

    /// What lies behind a position, or at first from a place of a stream on.
    private func page(
        _ request: APIRequest, _ after: Position?, from start: StreamStart?, _ countMax: Int,
        bodyBytesMax: Int
    ) async -> RecordPage? {
        if let start, after == nil {
            return await self.context.engine.browse(
                request.queue, in: request.host, from: start, countMax: countMax,
                bodyBytesMax: bodyBytesMax)
        }
        return await self.context.engine.browse(
            request.queue, in: request.host, after: after, countMax: countMax,
            bodyBytesMax: bodyBytesMax)
    }
}

/// Which messages are wanted; without a word all of them.
private struct MessageFilter {
    private let contains: [UInt8]
    private let routingKey: String?
    private let exchange: String?
    /// A header's name and the value that it has to have, as text.
    private let header: (name: String, value: String)?

    init(_ query: [String: String]) throws(APIFailure) {
        self.contains = Array((query["contains"] ?? "").utf8)
        self.routingKey = query["routing_key"]
        self.exchange = query["exchange"]
        guard let text = query["header"] else {
            self.header = nil
            return
        }
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
            throw .badRequest("header is name:value")
        }
        self.header = (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    var needsBody: Bool { !self.contains.isEmpty }

    var isEmpty: Bool {
        self.contains.isEmpty && self.routingKey == nil && self.exchange == nil
            && self.header == nil
    }

    func takes(_ record: BrowsedRecord) -> Bool {
        let message = record.message
        if let key = self.routingKey, key != message.routingKey { return false }
        if let exchange, exchange != message.exchange.text { return false }
        if let header, message.properties.headers?[header.name]?.asText != header.value {
            return false
        }
        return self.contains.isEmpty || message.body.contains(self.contains)
    }
}

extension FieldValue {
    /// Texts, numbers and truth values as people write them.
    fileprivate var asText: String? {
        if case .bool(let value) = self { return "\(value)" }
        return self.text ?? self.integer.map { "\($0)" }
    }
}

extension APIRequest {
    /// A whole number of the query within bounds.
    func number(
        _ name: String, _ missing: Int, in range: ClosedRange<Int>
    ) throws(APIFailure) -> Int {
        guard let text = self.query[name] else { return missing }
        guard let value = Int(text), range.contains(value) else {
            throw .badRequest(
                "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Where a stream's first page begins.
    fileprivate func streamStart() throws(APIFailure) -> StreamStart? {
        guard let text = self.query["from"] else { return nil }
        switch text {
        case "first": return .first
        case "last": return .last
        default: break
        }
        let parts = text.split(separator: ":", maxSplits: 1)
        if parts.count == 2, parts[0] == "offset", let offset = UInt64(parts[1]) {
            return .offset(offset)
        }
        if parts.count == 2, parts[0] == "time", let seconds = Int64(parts[1]), seconds >= 0 {
            return .time(Timestamp(seconds: min(seconds, 1 << 40)))
        }
        throw .badRequest("from is first, last, offset:N or time:SECONDS")
    }

    fileprivate func position(_ name: String) throws(APIFailure) -> Position? {
        guard let text = self.query[name] else { return nil }
        guard let offset = UInt64(text) else {
            throw .badRequest("\(name) is what an answer before gave as 'next'")
        }
        return Position(offset)
    }
}

extension JSONWriter {
    fileprivate mutating func browsed(
        _ record: BrowsedRecord, bodyBytesMax: Int, isBase64: Bool
    ) {
        self.field("position", "\(record.position.offset)")
        if let offset = record.streamOffset { self.field("stream_offset", "\(offset)") }
        self.field("exchange", record.message.exchange.text)
        self.field("routing_key", record.message.routingKey)
        self.field("redelivered", record.isRedelivered)
        self.field("unacknowledged", record.isUnacked)
        self.field("enqueued_at", Double(record.enqueuedAt.microseconds) / 1_000_000)
        self.key("properties")
        self.object { $0.properties(record.message.properties) }
        self.field("payload_bytes", record.bodyBytes)
        self.payload(Array(record.message.body.prefix(bodyBytesMax)), isBase64: isBase64)
    }
}
