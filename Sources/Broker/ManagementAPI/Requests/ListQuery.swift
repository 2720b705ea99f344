import Core

/// How a list is asked for: a page, a filter by name, an order, chosen columns.
///
/// Source: RabbitMQ 3.10's management API, "Pagination Parameters".
struct ListQuery {
    static let pageSizeDefault = 100
    static let pageSizeMax = 500
    /// Bytes of a regular expression to filter by: a long one could take very long.
    static let filterBytesMax = 255
    /// Names in `columns` or in `sort`: each field of each item is looked for among them.
    static let namesMax = 100

    struct Page {
        var number: Int
        var size: Int
    }

    let page: Page?
    let sort: [String]?
    let isReversed: Bool
    let columns: JSONSelection?
    private let filter: NameFilter?

    init(_ query: [String: String]) throws(APIFailure) {
        self.page = try Self.page(query)
        // Without a page RabbitMQ does not look at the filter.
        self.filter = self.page == nil ? nil : try NameFilter(query)
        let sort = try Self.names(in: "sort", query)?.split(separator: ".").map(String.init)
        self.sort = sort?.isEmpty == true ? nil : sort
        self.isReversed = query["sort_reverse"] == "true"
        self.columns = try Self.names(in: "columns", query).map { JSONSelection(columns: $0) }
    }

    /// A parameter that has names of fields.
    private static func names(
        in parameter: String, _ query: [String: String]
    ) throws(APIFailure) -> String? {
        guard let text = query[parameter] else { return nil }
        let count = text.split { $0 == "," || $0 == "." }.count
        guard count <= Self.namesMax else {
            throw .badRequest("\(parameter) has \(count) names: give \(Self.namesMax) at most")
        }
        return text
    }

    private static func page(_ query: [String: String]) throws(APIFailure) -> Page? {
        guard let text = query["page"] else { return nil }
        let sizeText = query["page_size"] ?? "\(Self.pageSizeDefault)"
        guard let number = Int(text), let size = Int(sizeText) else {
            throw .badRequest("Pagination parameters are invalid")
        }
        guard number >= 1, (1...Self.pageSizeMax).contains(size) else {
            throw APIFailure(
                .badRequest, "invalid_pagination_parameters",
                .text(
                    "Invalid pagination parameters: page number \(number), page size \(size)"))
        }
        return Page(number: number, size: size)
    }

    /// Whether a page can be chosen by names alone, before anything else is known.
    var isByName: Bool { self.sort == nil || self.sort == ["name"] }

    /// Whether there is a filter at all.
    var isFiltered: Bool { self.filter != nil }

    func takes(_ name: String) -> Bool { self.filter?.takes(name) ?? true }

    /// Which of so many items stand on the page; all of them without one.
    func range(ofPageIn count: Int) throws(APIFailure) -> Range<Int> {
        guard let page else { return 0..<count }
        let start = (page.number - 1).multipliedReportingOverflow(by: page.size)
        guard !start.overflow, start.partialValue <= count else {
            throw APIFailure(
                .badRequest, "page_out_of_range",
                .text(
                    "Page out of range, page: \(page.number) page size: \(page.size), "
                        + "len: \(count)"))
        }
        return start.partialValue..<min(count, start.partialValue + page.size)
    }
}

/// A filter by name: a part of it in any case, or a regular expression found anywhere in it.
private struct NameFilter {
    private enum Kind {
        case part(String)
        case pattern(SearchPattern)
    }

    private let kind: Kind

    /// - Returns: nil when there is nothing to filter by.
    init?(_ query: [String: String]) throws(APIFailure) {
        guard let text = query["name"], !text.isEmpty else { return nil }
        guard query["use_regex"] == "true" else {
            self.kind = .part(text.lowercased())
            return
        }
        guard text.utf8.count <= ListQuery.filterBytesMax,
            let pattern = SearchPattern(text, ignoresCase: true)
        else {
            throw .badRequest("Pagination parameters are invalid")
        }
        self.kind = .pattern(pattern)
    }

    func takes(_ name: String) -> Bool {
        switch self.kind {
        case .part(let text): name.lowercased().contains(text)
        case .pattern(let pattern): pattern.isFound(in: name)
        }
    }
}
