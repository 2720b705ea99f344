import Core
import Messaging
import Store
import TestSupport
import Testing

@Suite("Definitions")
struct DefinitionStoreTests {
    private let disk = SimulatedDisk(seed: 1)

    @Test("a new database holds nothing, and one that was closed without a change opens again")
    func new() throws {
        #expect(try Self.reopened(self.disk) == StoredDefinitions())
        #expect(try Self.reopened(self.disk) == StoredDefinitions())
        #expect(try self.disk.list() == ["definitions.sqlite"], "no journal or log stays behind")
    }

    @Test("every kind of definition and every type of value comes back as it was")
    func roundTrip() throws {
        let changes: [DefinitionChange] = [
            .hostAdded("shop"),
            .exchangeDeclared(
                .init(
                    name: "x", type: "headers", isDurable: true, isAutoDelete: true,
                    isInternal: true, arguments: Self.everything), in: "shop"),
            .exchangeDeclared(.init(name: "y", type: "fanout", isDurable: true), in: "/"),
            .queueDeclared(
                .init(slot: .max, incarnation: .max),
                .init(
                    name: "q", isDurable: true, isExclusive: true, isAutoDelete: true,
                    arguments: Self.everything), in: "shop"),
            .bound(Self.binding(.queue(.init(slot: .max, incarnation: .max)), "a")),
            .bound(Self.binding(.exchange("x"), "", Self.everything)),
            .policiesReplaced(Self.policies),
        ]
        try Self.apply(changes, on: self.disk)
        var model = DefinitionModel()
        model.apply(changes)
        #expect(try Self.reopened(self.disk) == model.stored)
        #expect(model.stored.bindings.count == 2)
    }

    @Test("how a client asked is not part of what it declared")
    func declarationsAreStripped() throws {
        let id = QueueID(slot: 0, incarnation: 0)
        try Self.apply(
            [
                .exchangeDeclared(
                    .init(name: "x", type: "direct", isDurable: true, isNoWait: true), in: "/"),
                .queueDeclared(id, .init(name: "q", isDurable: true, isNoWait: true), in: "/"),
            ], on: self.disk)
        let stored = try Self.reopened(self.disk)
        #expect(stored.exchanges.map(\.declaration.isNoWait) == [false])
        #expect(stored.exchanges.map(\.declaration.isDurable) == [true])
        #expect(stored.queues.map(\.declaration.isNoWait) == [false])
        #expect(stored.queues.map(\.declaration.isDurable) == [true])
    }

    @Test("names are told apart by their octets, and a NUL does not end them")
    func names() throws {
        let names = ["é", "e\u{301}", "a", "A", "a\u{0}", "a\u{0}b", ""]
        var changes: [DefinitionChange] = []
        for (slot, name) in names.enumerated() {
            let id = QueueID(slot: UInt32(slot), incarnation: 1)
            changes += [
                .hostAdded(VirtualHostName(name)),
                .exchangeDeclared(
                    .init(name: ExchangeName(name), type: "topic", isDurable: true), in: "/"),
                .queueDeclared(id, .init(name: QueueName(name), isDurable: true), in: "/"),
                .bound(Self.binding(.queue(.init(slot: 0, incarnation: 1)), name)),
            ]
        }
        changes.append(.exchangeDeleted("a\u{0}", in: "/"))
        changes.append(.exchangeDeleted("é", in: "/"))
        try Self.apply(changes, on: self.disk)
        let stored = try Self.reopened(self.disk)
        func octets(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
        #expect(octets(stored.hosts.map(\.text)) == octets(names))
        #expect(octets(stored.queues.map(\.declaration.name.text)) == octets(names))
        #expect(octets(stored.bindings.map(\.routingKey)) == octets(names))
        let exchanges = ["e\u{301}", "a", "A", "a\u{0}b", ""]
        #expect(octets(stored.exchanges.map(\.declaration.name.text)) == octets(exchanges))
    }

    @Test("what is declared again takes the new values and keeps its place")
    func declaredAgain() throws {
        let old = ExchangeDeclaration(name: "x", type: "topic", isDurable: true)
        var new = old
        new.arguments = ["alternate-exchange": .string("y")]
        let id = QueueID(slot: 3, incarnation: 1)
        let changes: [DefinitionChange] = [
            .exchangeDeclared(old, in: "/"),
            .exchangeDeclared(.init(name: "y", type: "topic", isDurable: true), in: "/"),
            .queueDeclared(id, .init(name: "q", isDurable: true), in: "/"),
            .queueDeclared(
                .init(slot: 4, incarnation: 1), .init(name: "r", isDurable: true), in: "/"),
            .exchangeDeclared(new, in: "/"),
            .queueDeclared(
                id, .init(name: "q", isDurable: true, arguments: ["x-expires": .int32(9)]),
                in: "/"),
        ]
        try Self.apply(changes, on: self.disk)
        let stored = try Self.reopened(self.disk)
        #expect(stored.exchanges.map(\.declaration.name) == ["x", "y"])
        #expect(stored.exchanges.first?.declaration == new)
        #expect(stored.queues.map(\.declaration.name) == ["q", "r"])
        #expect(stored.queues.first?.declaration.arguments == ["x-expires": .int32(9)])
    }

    @Test("bindings go with either of their ends, and with that alone")
    func cascade() throws {
        let (first, second) = (QueueID(slot: 0, incarnation: 1), QueueID(slot: 1, incarnation: 1))
        let toFirst = Self.binding(.queue(first), "1")
        let toSecond = Self.binding(.queue(second), "2", source: "y")
        let toExchange = Self.binding(.exchange("y"), "3")
        var elsewhere = Self.binding(.queue(second), "4")
        elsewhere.host = "/"
        let store = try DefinitionStore(on: self.disk)
        try store.apply([
            .queueDeclared(first, .init(name: "q", isDurable: true), in: "shop"),
            .queueDeclared(second, .init(name: "r", isDurable: true), in: "shop"),
            .bound(toFirst), .bound(toSecond), .bound(toExchange), .bound(elsewhere),
        ])
        #expect(try store.load().bindings == [toFirst, toSecond, toExchange, elsewhere])
        try store.apply([.queueDeleted(first)])
        #expect(try store.load().bindings == [toSecond, toExchange, elsewhere])
        #expect(try store.load().queues.map(\.id) == [second])
        try store.apply([.exchangeDeleted("x", in: "shop")])
        #expect(try store.load().bindings == [toSecond, elsewhere])
        try store.apply([.bound(toExchange), .exchangeDeleted("y", in: "shop")])
        #expect(try store.load().bindings == [elsewhere])
        try store.apply([.unbound(elsewhere)])
        #expect(try store.load().bindings == [])
    }

    @Test("a queue that is declared anew before the old one is deleted holds, with its bindings")
    func queueDeclaredAnew() throws {
        let (old, new) = (QueueID(slot: 0, incarnation: 1), QueueID(slot: 7, incarnation: 1))
        let declaration = QueueDeclaration(name: "q", isDurable: true)
        let (toOld, toNew) = (Self.binding(.queue(old), "1"), Self.binding(.queue(new), "1"))
        let store = try DefinitionStore(on: self.disk)
        try store.apply([
            .queueDeclared(old, declaration, in: "shop"), .bound(toOld),
            .queueDeclared(new, declaration, in: "shop"), .bound(toNew),
            .queueDeclared(.init(slot: 8, incarnation: 1), declaration, in: "/"),
        ])
        var stored = try store.load()
        #expect(stored.queues.map(\.id.slot) == [7, 8], "a name is one of its virtual host")
        #expect(stored.bindings == [toNew])
        try store.apply([.queueDeleted(old)])
        stored = try store.load()
        #expect(stored.queues.map(\.id.slot) == [7, 8])
        #expect(stored.bindings == [toNew])
    }

    // MARK: Samples

    private static let everything: FieldTable = [
        "t": .bool(true), "b": .int8(.min), "B": .uint8(.max), "s": .int16(.min),
        "u": .uint16(.max), "I": .int32(.min), "i": .uint32(.max), "l": .int64(.min),
        "f": .float(-0.1), "d": .double(.greatestFiniteMagnitude),
        "D": .decimal(scale: 3, value: -7), "S": .longString([0xFF, 0x00, 0xC3]),
        "x": .byteArray([0xFE, 0x00]), "A": .array([.int8(1), .void, .array([]), .table([:])]),
        "T": .timestamp(seconds: .max), "F": .table(["deep": .table(["deeper": .void])]),
        "V": .void, "é": .string("é"), "e\u{301}": .string("e\u{301}"), "nul\u{0}": .string(""),
    ]

    private static let policies: [Definitions.HostPolicy] = [
        .init(
            host: "shop",
            policy: .init(
                name: "p", pattern: "^q", target: .queues, priority: .min, definition: everything),
            isOperator: false),
        .init(
            host: "/",
            policy: .init(
                name: "p", pattern: "", target: .exchanges, priority: .max,
                definition: ["expires": .int64(1)]),
            isOperator: true),
        .init(
            host: "/", policy: .init(name: "p", pattern: "\u{0}", definition: [:]),
            isOperator: true),
    ]

    private static func binding(
        _ destination: DurableBinding.Destination, _ key: String,
        _ arguments: FieldTable = FieldTable(), source: ExchangeName = "x"
    ) -> DurableBinding {
        DurableBinding(
            host: "shop", source: source, destination: destination, routingKey: key,
            arguments: arguments)
    }

    private static func apply(_ changes: [DefinitionChange], on disk: SimulatedDisk) throws {
        let store = try DefinitionStore(on: disk)
        defer { store.close() }
        try store.apply(changes)
    }

    private static func reopened(_ disk: SimulatedDisk) throws -> StoredDefinitions {
        let store = try DefinitionStore(on: disk)
        defer { store.close() }
        return try store.load()
    }
}
