import Engine
import Messaging
import Testing

@Suite("Engine clock")
struct EngineClockTests {
    @Test("it never runs backwards")
    func neverBackwards() {
        let clock = EngineClock.system()
        var last = clock.now()
        for _ in 0..<10_000 {
            let now = clock.now()
            #expect(now >= last)
            last = now
        }
    }

    @Test("it is anchored in the system's time, in microseconds")
    func anchored() {
        // 2020-01-01 and 2200-01-01: any slip of unit falls outside.
        #expect(EngineClock.system().now() > Timestamp(seconds: 1_577_836_800))
        #expect(EngineClock.system().now() < Timestamp(seconds: 7_258_118_400))
    }

    @Test("a frozen one stands still")
    func frozen() {
        let moment = Timestamp(seconds: 1_700_000_000)
        let clock = EngineClock.frozen(at: moment)
        #expect(clock.now() == moment)
        #expect(clock.now() == moment)
    }
}
