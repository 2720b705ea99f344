import ConsoleRuntime
import Testing

/// When samples are taken and frames are drawn.
struct PacingTests {
    @Test("A sample begins a turn, and its end begins the wait for the next one")
    func regularSamples() {
        var schedule = SamplingSchedule(refreshSeconds: 2)
        #expect(schedule.wanted() == .sample)
        #expect(schedule.finished() == .wait(seconds: 2, turn: 1))
        #expect(schedule.due(turn: 1) == .sample)
        #expect(schedule.finished() == .wait(seconds: 2, turn: 2))
    }

    @Test("A wish while a sample is under way is one more sample after it, not one for each wish")
    func wishesWait() {
        var schedule = SamplingSchedule(refreshSeconds: 2)
        #expect(schedule.wanted() == .sample)
        #expect(schedule.wanted() == .nothing)
        #expect(schedule.wanted() == .nothing)
        #expect(schedule.finished() == .sample)
        #expect(schedule.finished() == .wait(seconds: 2, turn: 2))
    }

    @Test("The clock is drawn with the samples while these come each second or more often")
    func clock() {
        var schedule = SamplingSchedule(refreshSeconds: 1)
        #expect(!schedule.samplesWithinASecond, "nothing has been sampled yet")
        _ = schedule.wanted()
        #expect(!schedule.samplesWithinASecond, "a sample may take long")
        _ = schedule.finished()
        #expect(schedule.samplesWithinASecond)
        _ = schedule.refreshChanged(to: 2)
        #expect(!schedule.samplesWithinASecond)
    }

    @Test("A timer of an earlier turn means nothing")
    func lateTimers() {
        var schedule = SamplingSchedule(refreshSeconds: 2)
        _ = schedule.wanted()
        _ = schedule.finished()
        #expect(schedule.wanted() == .sample)
        #expect(schedule.due(turn: 1) == .nothing)
        _ = schedule.finished()
        #expect(schedule.due(turn: 1) == .nothing)
        #expect(schedule.refreshChanged(to: 0.5) == .wait(seconds: 0.5, turn: 3))
        #expect(schedule.due(turn: 2) == .nothing)
        #expect(schedule.due(turn: 3) == .sample)
        #expect(schedule.refreshChanged(to: 5) == .nothing)
        #expect(schedule.finished() == .wait(seconds: 5, turn: 4))
    }

    @Test("Data is drawn at once after a pause, and otherwise a tenth of a second after the last")
    func frames() {
        var frames = FramePacing()
        #expect(frames.wanted(at: 10) == .draw)
        frames.drawn(at: 10)
        #expect(frames.wanted(at: 10.0625) == .wait(seconds: 10 + 0.1 - 10.0625))
        #expect(frames.wanted(at: 10.07) == .nothing, "one timer is enough")
        frames.drawn(at: 10.1)
        #expect(frames.wanted(at: 10.3) == .draw)
        frames.skipped()
        #expect(frames.wanted(at: 10.31) == .draw, "nobody has to read what was not drawn")
        frames.drawn(at: 10.31)
        #expect(frames.wanted(at: 10.32) != .draw)
        frames.skipped()
        #expect(frames.wanted(at: 10.5) == .draw, "no timer is under way any more")
    }
}
