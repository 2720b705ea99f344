import ManagementAPI
import PlainJSON
import Testing

/// Pages, filters, orders and columns of lists.
@Suite struct ListTests {
    private func queues(_ names: [String]) async -> Fixture {
        let fixture = Fixture()
        for name in names { _ = await fixture.ask(.put, "/api/queues/%2F/\(name)", "{}") }
        return fixture
    }

    @Test("A page holds so many, and says how many there are")
    func pages() async {
        let fixture = await self.queues((1...7).map { "q\($0)" })
        let page = await fixture.get("/api/queues?page=2&page_size=3")
        #expect(page?["items"]?.elements?.compactMap { $0["name"]?.text } == ["q4", "q5", "q6"])
        for (field, value) in [
            ("page", 2), ("page_size", 3), ("page_count", 3), ("item_count", 3),
            ("filtered_count", 7), ("total_count", 7),
        ] {
            #expect(page?[field] == .integer(Int64(value)), "\(field)")
        }
        #expect(await fixture.names("/api/queues?page=3&page_size=3") == ["q7"])
        #expect(await fixture.status(.get, "/api/queues?page=4&page_size=3") == .badRequest)
    }

    @Test("A page may have 500 items, and no more", arguments: ["queues", "exchanges"])
    func pageSize(kind: String) async {
        let fixture = Fixture()
        #expect(await fixture.status(.get, "/api/\(kind)?page=1&page_size=500") == .ok)
        for query in ["page=1&page_size=501", "page=1&page_size=0", "page=0", "page=x", "page=-1"] {
            #expect(await fixture.status(.get, "/api/\(kind)?\(query)") == .badRequest, "\(query)")
        }
        let huge = "page=9223372036854775807&page_size=500"
        #expect(await fixture.status(.get, "/api/\(kind)?\(huge)") == .badRequest)
    }

    @Test("A filter is a part of the name in any case, or a regular expression")
    func filters() async {
        let fixture = await self.queues(["orders", "Orders.dead", "mail"])
        #expect(await fixture.names("/api/queues?page=1&name=ORD") == ["Orders.dead", "orders"])
        let pattern = "/api/queues?page=1&use_regex=true&name="
        #expect(await fixture.names(pattern + "^o.*s$") == ["orders"])
        #expect(await fixture.names(pattern + "%5Cbdead") == ["Orders.dead"])
        #expect(await fixture.status(.get, pattern + "(") == .badRequest)
        let long = String(repeating: "a", count: 256)
        #expect(await fixture.status(.get, pattern + long.dropLast()) == .ok)
        #expect(await fixture.status(.get, pattern + long) == .badRequest)
        // Without a page nothing is filtered, as in RabbitMQ.
        #expect(await fixture.names("/api/queues?name=mail").count == 3)
    }

    @Test("Lists are sorted by any field, numbers before words before texts")
    func sorting() async {
        let fixture = await self.queues(["a", "b", "c"])
        for _ in 0..<2 { await fixture.publish("x", to: "b") }
        for _ in 0..<11 { await fixture.publish("x", to: "a") }
        #expect(await fixture.names("/api/queues?sort=messages") == ["c", "b", "a"])
        let reversed = "/api/queues?sort=message_stats.publish&sort_reverse=true"
        #expect(await fixture.names(reversed) == ["a", "b", "c"])
        #expect(await fixture.names("/api/queues?sort=name&sort_reverse=true") == ["c", "b", "a"])
        #expect(
            await fixture.names("/api/queues?page=1&page_size=2&sort=name&sort_reverse=true")
                == ["c", "b"])
        #expect(
            await fixture.names("/api/queues?page=1&page_size=1&sort=messages_ready") == ["c"])
        #expect(await fixture.names("/api/queues?sort=nothing") == ["a", "b", "c"])
    }

    @Test(
        "A page is in the order of the whole list",
        arguments: ["messages", "messages_ready", "messages_unacknowledged", "consumers", "name"])
    func sortedPages(field: String) async {
        let fixture = await self.queues(["a", "b", "c", "d", "e"])
        for (name, count) in [("b", 2), ("c", 11), ("e", 2)] {
            for _ in 0..<count { await fixture.publish("x", to: name) }
        }
        for order in ["", "&sort_reverse=true"] {
            let whole = await fixture.names("/api/queues?sort=\(field)\(order)")
            let pages = "/api/queues?page_size=2&sort=\(field)\(order)&page="
            var names: [String] = []
            for page in 1...3 { names += await fixture.names(pages + "\(page)") }
            #expect(names == whole)
            #expect(await fixture.names(pages + "1&disable_stats=true").count == 2)
        }
    }

    @Test(
        "Columns choose fields, those within others too, on a page and without one",
        arguments: ["", "&page=1", "&page=1&sort=messages"])
    func columns(paging: String) async {
        let fixture = await self.queues(["a\"b"].map { _ in "q" })
        let list = await fixture.get(
            "/api/queues?columns=name,message_stats.publish,nothing,name.deeper\(paging)")
        let items = list?.elements ?? list?["items"]?.elements
        #expect(
            items == [
                .object([
                    .init("name", .text("q")),
                    .init("message_stats", .object([.init("publish", .integer(0))])),
                ])
            ])
    }

    @Test(
        "A column of any list has what the whole list has of it",
        arguments: ["queues", "exchanges", "bindings", "vhosts", "users", "policies"])
    func columnsOfLists(kind: String) async throws {
        let fixture = await self.queues(["a", "b"])
        for (path, body) in [
            ("queues/%2F/c", #"{"arguments":{"x-max-priority":2,"x-max-length":9}}"#),
            ("queues/%2F/s", #"{"durable":true,"arguments":{"x-queue-type":"stream"}}"#),
            ("policies/%2F/p", #"{"pattern":"^a","definition":{"max-length":5,"expires":60000}}"#),
        ] {
            _ = await fixture.ask(.put, "/api/\(path)", body)
        }
        await fixture.publish("x", to: "c")
        await fixture.sample()
        fixture.clock.advance(seconds: 5)
        await fixture.sample()
        let whole = try #require(await fixture.get("/api/\(kind)")?.elements)
        let paths = Set(whole.flatMap { Self.paths(in: $0) })
        #expect(paths.count > 4)
        for path in paths {
            let columns = path.joined(separator: ".")
            let found = await fixture.get("/api/\(kind)?columns=\(columns)")?.elements
            let parts = whole.map { Self.part(of: $0, at: path[...]) ?? .object([]) }
            #expect(found == parts, "\(path)")
            // With a second column, and one of which only the name is known, both are there.
            let more = await fixture.get("/api/\(kind)?columns=nothing,\(columns),name")?.elements
            #expect(more?.count == whole.count)
            for (item, all) in zip(more ?? [], whole) {
                #expect(item["name"] == all["name"])
                #expect(Self.part(of: item, at: path[...]) == Self.part(of: all, at: path[...]))
            }
        }
    }

    @Test("So many names of fields are looked for and no more", arguments: ["columns", "sort"])
    func names(parameter: String) async throws {
        let fixture = await self.queues(["a"])
        let most = Array(repeating: "a", count: 100).joined(separator: ".")
        func status(_ text: String) async -> APIStatus {
            await fixture.ask(.get, "/api/queues?\(parameter)=\(text)").status
        }
        #expect(await status(most) == .ok)
        #expect(await status(most + ".a") == .badRequest)
    }

    /// The paths of all fields of an object, those of objects in it included.
    private static func paths(in object: JSON) -> [[String]] {
        (object.members ?? []).flatMap { member in
            [[member.name]] + self.paths(in: member.value).map { [member.name] + $0 }
        }
    }

    /// An object with that field alone; nil when it has none.
    private static func part(of object: JSON, at path: ArraySlice<String>) -> JSON? {
        guard let name = path.first, let value = object[name] else { return nil }
        guard path.count > 1 else { return .object([.init(name, value)]) }
        guard value.members != nil else { return nil }
        let inner = self.part(of: value, at: path.dropFirst()) ?? .object([])
        return .object([.init(name, inner)])
    }

    @Test("A page is sorted by fields that are no counts as the whole list is")
    func sortedByAnything() async {
        let fixture = await self.queues(["a", "b", "c", "d", "e"])
        _ = await fixture.ask(
            .put, "/api/queues/%2F/f", #"{"durable":true,"arguments":{"x-max-length":9}}"#)
        for (name, count) in [("b", 2), ("c", 11), ("e", 2)] {
            for _ in 0..<count { await fixture.publish("x", to: name) }
        }
        await fixture.sample()
        for name in ["d", "a", "a"] { await fixture.publish("x", to: name) }
        fixture.clock.advance(seconds: 5)
        await fixture.sample()
        for (field, first) in [
            ("message_stats.publish_details.rate", "a"), ("durable", "f"),
            ("arguments.x-max-length", "f"), ("message_stats.publish", "c"), ("nothing", "f"),
        ] {
            let order = "sort=\(field)&sort_reverse=true"
            let whole = await fixture.names("/api/queues?\(order)")
            #expect(whole.count == 6)
            #expect(whole.first == first, "\(field)")
            var names: [String] = []
            for page in 1...3 {
                let path = "/api/queues?page_size=2&page=\(page)&\(order)"
                names += await fixture.names(path)
                #expect(await fixture.names(path + "&columns=name").count == 2)
            }
            #expect(names == whole, "\(field)")
        }
    }

    @Test("Without statistics a list has what was declared, and totals if they are wanted")
    func withoutStatistics() async {
        let fixture = await self.queues(["q"])
        let bare = await fixture.get("/api/queues?disable_stats=true")?.elements?.first
        #expect(bare?["message_stats"] == nil)
        #expect(bare?["messages"] == nil)
        #expect(bare?["durable"] == .bool(false))
        let totals = await fixture.get("/api/queues?disable_stats=true&enable_queue_totals=true")
        #expect(totals?.elements?.first?["messages"] == .integer(0))
    }
}
