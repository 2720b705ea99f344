import PlainJSON
import Reports
import Testing

/// What an import would do, before anything is done.
@Suite("Definitions compared")
struct DefinitionsComparisonTests {
    private static let broker: JSON = [
        "vhosts": .array([["name": "/"]]),
        "users": .array([
            ["name": "guest", "password_hash": "abc", "tags": .array([.text("administrator")])],
            ["name": "ops", "password_hash": "xyz", "tags": .array([])],
        ]),
        "queues": .array([
            ["vhost": "/", "name": "orders", "durable": .bool(true), "arguments": [:]],
            ["vhost": "/", "name": "mail", "durable": .bool(true), "arguments": [:]],
        ]),
        "policies": .array([
            ["vhost": "/", "name": "cap", "pattern": ".*", "definition": ["max-length": 5]]
        ]),
        "bindings": .array([Self.binding("a")]),
    ]

    private static func binding(_ key: JSON) -> JSON {
        [
            "vhost": "/", "source": "x", "destination": "orders", "destination_type": "queue",
            "routing_key": key, "arguments": [:],
        ]
    }

    private func compare(_ file: JSON) -> [DefinitionsComparison.Part] {
        DefinitionsComparison(of: file, with: Self.broker).parts
    }

    @Test("What the broker has in the same way is the same")
    func same() {
        let parts = self.compare(Self.broker)
        #expect(parts.map(\.kind) == [.virtualHosts, .users, .policies, .queues, .bindings])
        #expect(parts.allSatisfy { $0.new + $0.changed + $0.kept + $0.unknown == [] })
        #expect(parts.map(\.same) == [1, 2, 1, 2, 1])
    }

    @Test("A queue is new, or differs and stays; a policy that differs is changed")
    func differing() throws {
        let parts = self.compare([
            "queues": .array([
                ["vhost": "/", "name": "orders", "durable": .bool(false)],
                ["vhost": "/", "name": "mail", "durable": .bool(true), "type": "classic"],
                ["vhost": "shop", "name": "mail", "durable": .bool(true)],
            ]),
            "policies": .array([
                ["vhost": "/", "name": "cap", "pattern": ".*", "definition": ["max-length": 6]]
            ]),
            "bindings": .array([Self.binding("a"), Self.binding("b")]),
        ])
        try #require(parts.count == 3)
        let (policies, queues, bindings) = (parts[0], parts[1], parts[2])
        #expect(queues.new == ["mail in shop"])
        #expect(queues.kept == ["orders in /"])
        #expect(queues.same == 1)
        #expect(queues.changed == [], "nothing is done to a queue that is there")
        #expect(policies.changed == ["cap in /"])
        #expect(policies.kept == [])
        #expect(bindings.new == ["x to orders by 'b' in /"])
        #expect(bindings.same == 1)
    }

    @Test("Whether a password is the same nobody can tell, and tags are one thing in two forms")
    func users() throws {
        let users = try #require(
            self.compare([
                "users": .array([
                    ["name": "guest", "password_hash": "abc", "tags": "administrator"],
                    ["name": "ops", "password": "secret", "tags": ""],
                    ["name": "new", "password": "secret"],
                ])
            ]).first)
        #expect(users.same == 1)
        #expect(users.unknown == ["ops"])
        #expect(users.new == ["new"])
        let other = self.compare(["users": .array([["name": "ops", "password_hash": "q"]])])
        #expect(other[0].changed == ["ops"])
    }

    @Test("Exchanges that every virtual host has are not new")
    func own() {
        let parts = self.compare([
            "exchanges": .array([
                ["vhost": "/", "name": "amq.topic", "type": "topic"],
                ["vhost": "/", "name": "x", "type": "topic"],
            ])
        ])
        #expect(parts[0].same == 1)
        #expect(parts[0].new == ["x in /"])
    }

    @Test("People read counts by kind and what is not the same; programs the names")
    func words() {
        let file: JSON = [
            "queues": .array([
                ["vhost": "/", "name": "orders", "durable": .bool(false)],
                ["vhost": "/", "name": "evil\u{1B}[2J"],
            ])
        ]
        let comparison = DefinitionsComparison(of: file, with: Self.broker)
        #expect(
            comparison.lines(.plain) == [
                "KIND    NEW  CHANGED  KEPT  UNKNOWN  SAME",
                "queues    1        0     1        0     0",
                "new in queues: evil␛[2J in /",
                "different in queues, and kept as it is: orders in /",
            ])
        #expect(
            comparison.json["queues"]?["kept"] == .array([.text("orders in /")]))
        #expect(
            DefinitionsComparison(of: [:], with: [:]).lines(.plain)
                == ["The file defines nothing."])
        let many: JSON = [
            "vhosts": .array((0..<150).map { ["name": .text("h\($0)")] })
        ]
        #expect(
            DefinitionsComparison(of: many, with: [:]).lines(.plain).last == "and 50 more")
    }
}

extension JSON: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
}
