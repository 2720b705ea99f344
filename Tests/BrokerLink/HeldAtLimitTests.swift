import BrokerLink
import Testing

@Suite("Messages held at their limit")
struct HeldAtLimitTests {
    private static let broken = LinkError.disconnected(reason: "the connection was lost")

    private static func held(_ count: Int, underWay: Int = 0) -> HeldAtLimit {
        HeldAtLimit(queue: "q", count: count, underWay: underWay, isDeadLettering: false)
    }

    @Test("The error says how many, what may have become of them, and why")
    func words() {
        #expect(
            "\(Self.broken.costing(Self.held(3)))"
                == "3 messages of q were at their delivery limit when the connection broke: the "
                + "broker may have dropped them. \(Self.broken)")
        #expect(
            "\(Self.broken.costing(Self.held(3, underWay: 2)))".hasPrefix(
                "3 messages of q were at their delivery limit when the connection broke, up to 2 "
                    + "more were on their way and may have been, too: "))
        #expect(
            "\(Self.broken.costing(Self.held(0, underWay: 2)))".hasPrefix(
                "Up to 2 messages of q were on their way when the connection broke: the broker may "
                    + "have dropped those that were at their delivery limit."))
        #expect(
            "\(Self.broken.costing(Self.held(0, underWay: 1)))".hasPrefix(
                "A message of q may have been on its way when the connection broke: the broker may "
                    + "have dropped it if it was at its delivery limit."))
        var dying = Self.held(1)
        dying.isDeadLettering = true
        #expect(
            "\(LinkError.refused(reason: "no.").costing(dying))"
                == "1 message of q was at its delivery limit when the broker closed the channel: "
                + "the broker may have dead-lettered it. The broker refused: no.")
    }

    @Test("An error that ends no channel, or comes when none is held, costs nothing")
    func nothing() {
        #expect(Self.broken.costing(nil) == Self.broken)
        #expect(Self.broken.costing(Self.held(0)) == Self.broken)
        let declined = LinkError.declined(reason: "full")
        #expect(declined.costing(Self.held(3)) == declined)
    }
}
