import Metering
import Testing

@Suite("Messages that come back")
struct ReturnRuleTests {
    @Test(
        "Half of what was put back is too many, and fewer than fifty are none",
        arguments: [
            (0, 0, false), (49, 49, false), (50, 50, true), (50, 100, true), (50, 101, true),
            (50, 102, false), (99, 200, false), (100, 200, true),
        ])
    func rule(returned: Int, moved: Int, stops: Bool) {
        #expect(ReturnRule.stops(returned: returned, moved: moved) == stops)
    }
}
