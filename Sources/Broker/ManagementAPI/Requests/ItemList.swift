/// A list under way: items written one behind the other, each found again by where it stands.
struct ItemList {
    private var json = JSONWriter()
    private var items: [Range<Int>] = []
    private let query: ListQuery
    /// Items before the filter, and after it.
    private var total = 0

    /// - Parameter query: The request's own, such as `page=1`.
    init(_ query: [String: String]) throws(APIFailure) {
        self.query = try ListQuery(query)
        self.json.beginArray()
    }

    /// Writes an item, unless the filter leaves it out.
    ///
    /// - Parameter write: Writes its fields.
    mutating func add(named name: String = "", _ write: (inout JSONWriter) -> Void) {
        self.total += 1
        guard self.query.takes(name) else { return }
        let start = self.json.bytes.count
        self.json.object(write)
        // The comma between this item and the one before it belongs to neither.
        self.items.append(start + (self.items.isEmpty ? 0 : 1)..<self.json.bytes.count)
    }

    /// The whole list, or the page that was asked for.
    func answer() throws(APIFailure) -> APIAnswer {
        if self.query.page == nil, self.query.sort == nil, self.query.columns == nil,
            !self.query.isReversed
        {
            var json = self.json
            json.endArray()
            return APIAnswer(body: json.bytes)
        }
        let sorted = self.sorted()
        let range = try self.query.range(ofPageIn: sorted.count)
        return Self.answer(
            self.query, total: self.total, filtered: sorted.count, count: range.count
        ) { json in
            for item in sorted[range] { self.write(item, into: &json) }
        }
    }

    /// A page of a list, in RabbitMQ's frame; the bare items when no page was asked for.
    static func answer(
        _ query: ListQuery, total: Int, filtered: Int, count: Int,
        _ write: (inout JSONWriter) -> Void
    ) -> APIAnswer {
        guard let page = query.page else { return .json { $0.array(write) } }
        return .object { json in
            json.field("filtered_count", filtered)
            json.field("item_count", count)
            json.key("items")
            json.array(write)
            json.field("page", page.number)
            json.field("page_count", (filtered + page.size - 1) / page.size)
            json.field("page_size", page.size)
            json.field("total_count", total)
        }
    }

    private func write(_ item: Range<Int>, into json: inout JSONWriter) {
        if let columns = self.query.columns {
            columns.write(self.json.bytes[item], into: &json)
        } else {
            json.raw(self.json.bytes[item])
        }
    }

    private func sorted() -> [Range<Int>] {
        guard let path = self.query.sort else {
            return self.query.isReversed ? self.items.reversed() : self.items
        }
        let keys = self.items.map { JSONText(self.json.bytes[$0]).sortKey(at: path) }
        let order = self.items.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        return (self.query.isReversed ? order.reversed() : order).map { self.items[$0] }
    }
}
