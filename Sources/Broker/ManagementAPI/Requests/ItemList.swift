/// A list under way: each item is written when it is known whether it is on the page.
struct ItemList {
    private struct Item {
        let name: String
        let write: (inout JSONWriter) -> Void
    }

    private let query: ListQuery
    private var items: [Item] = []

    /// - Parameter query: The request's own, such as `page=1`.
    init(_ query: [String: String]) throws(APIFailure) { self.query = try ListQuery(query) }

    /// Adds an item.
    ///
    /// - Parameter write: Writes its fields, the same ones however often it is asked.
    mutating func add(named name: String = "", _ write: @escaping (inout JSONWriter) -> Void) {
        self.items.append(Item(name: name, write: write))
    }

    /// The whole list, or the page that was asked for.
    func answer() throws(APIFailure) -> APIAnswer {
        try self.query.answer(self.items, named: \.name) { item, json in item.write(&json) }
    }
}

extension ListQuery {
    /// A list of those items, or the page of it, with the fields that were asked for.
    ///
    /// Of what is not on the page only the field is written that the list is sorted by: a page of
    /// 10,000 queues has a hundred.
    ///
    /// - Parameters:
    ///   - name: What the filter goes by.
    ///   - key: What an item is sorted by, where that is known before it is written.
    ///   - write: Writes an item's fields, the same ones however often it is asked.
    func answer<Item>(
        _ items: [Item], named name: (Item) -> String,
        by key: ((Item) -> JSONText.SortKey)? = nil,
        _ write: (Item, inout JSONWriter) -> Void
    ) throws(APIFailure) -> APIAnswer {
        var places = Array(items.indices)
        if self.isFiltered { places.removeAll { !self.takes(name(items[$0])) } }
        if let path = self.sort {
            let keys =
                key.map { key in places.map { key(items[$0]) } }
                ?? Self.keys(at: path, of: items, at: places, write)
            // Equal ones stay as they came.
            places = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { places[$0] }
        }
        if self.isReversed { places.reverse() }
        let range = try self.range(ofPageIn: places.count)
        return self.frame(total: items.count, filtered: places.count, count: range.count) { json in
            for place in places[range] {
                json.object(only: self.columns) { write(items[place], &$0) }
            }
        }
    }

    /// What each of the items is sorted by.
    private static func keys<Item>(
        at path: [String], of items: [Item], at places: [Int],
        _ write: (Item, inout JSONWriter) -> Void
    ) -> [JSONText.SortKey] {
        let selection = JSONSelection(path: path)
        var json = JSONWriter()
        return places.map { place in
            json.clear()
            json.object(only: selection) { write(items[place], &$0) }
            return JSONText(json.bytes[...]).sortKey(at: path)
        }
    }

    /// A page of a list, in RabbitMQ's frame; the bare items when no page was asked for.
    func frame(
        total: Int, filtered: Int, count: Int, _ write: (inout JSONWriter) -> Void
    ) -> APIAnswer {
        guard let page = self.page else { return .json { $0.array(write) } }
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
}
