import BrokerLink
import Testing

/// The console's own connection among those of its broker: whoever closes connections has to know.
@Suite("Link contract: own connections", .serialized)
struct OwnConnectionTests {
    @Test("The link's own connection is marked, and no other", arguments: BrokerUnderTest.all)
    func marked(kind: BrokerUnderTest) async throws {
        try await Bench.run(kind) { bench in
            let queue = try await bench.declare("queue")
            // Makes the connection, where the link has one.
            _ = try await bench.link.readyCount(of: queue)
            let hasOwn = kind != .embedded
            try await eventually("all are listed") {
                let roster = try await bench.link.clients()
                return roster.connection(of: "contract") != nil
                    && roster.connections.contains(where: \.isOwn) == hasOwn
            }
            let roster = try await bench.link.clients()
            #expect(roster.connection(of: "contract")?.isOwn == false)
            let own = roster.connections.filter(\.isOwn)
            #expect(own.allSatisfy { $0.properties["product"]?.text == "queuetop console" })
            #expect(own.allSatisfy { $0.name == "this console" })
        }
    }
}
