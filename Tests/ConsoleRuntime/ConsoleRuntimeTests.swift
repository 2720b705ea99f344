import BrokerLink
import Canvas
import ConsoleRuntime
import CursesTerminal
import Messaging
import TestSupport
import Testing

/// The loop between terminal, console and link.
@MainActor
@Suite(.timeLimit(.minutes(5)))
struct ConsoleRuntimeTests {
    @Test("The first frame waits for no broker")
    func firstFrame() async throws {
        let answer = Signal()
        let isAnswered = Flag()
        var script = FakeLink.Script()
        script.samples = [.success(.of([ConsoleBench.orders], second: 0))]
        script.beforeAnswer = { _ in await answer.wait { isAnswered.isSet } }
        let bench = try ConsoleBench(script)
        await bench.run {
            await bench.terminal.waitForText("Waiting for the first figures")
            isAnswered.set()
            answer.notify()
            await bench.terminal.waitForText("orders")
        }
    }

    @Test("It samples again after each interval, and shows what came")
    func samplesRegularly() async throws {
        var script = FakeLink.Script()
        script.samples = (0...2).map { second in
            .success(
                .of(
                    [SteadyQueue(QueueSample(name: "orders"), publishedPerSecond: 7)],
                    second: second))
        }
        let bench = try ConsoleBench(script)
        await bench.run {
            for ready in ["0", "7", "14"] {
                await bench.terminal.wait { text in
                    text.split(separator: "\n").contains {
                        $0.contains("orders") && $0.contains(" \(ready) ")
                    }
                }
                await bench.time.waitForSleep(seconds: 1)
                bench.time.advance(seconds: 1)
            }
        }
        #expect(bench.link.calls.prefix(4) == [.probe, .sample, .sample, .sample])
    }

    @Test("There are never two samples at once, however often one is asked for")
    func oneSampleAtATime() async throws {
        let answer = Signal()
        let isAnswered = Flag()
        var script = FakeLink.Script()
        script.samples = [.success(.of([ConsoleBench.orders], second: 0))]
        script.beforeAnswer = { call in
            if call == .sample { await answer.wait { isAnswered.isSet } }
        }
        let bench = try ConsoleBench(script)
        await bench.run {
            await bench.link.waitUntil { $0.contains(.sample) }
            for _ in 1...3 { bench.terminal.press(.control("r")) }
            bench.terminal.press(.character("?"))
            await bench.terminal.waitForText("Everywhere")  // All keys were taken by now.
            isAnswered.set()
            answer.notify()
            await bench.link.waitUntil { $0.filter { $0 == .sample }.count == 2 }
            await bench.time.waitForSleep(seconds: 1)
        }
        #expect(bench.link.samplesUnderWayMax == 1)
        #expect(bench.link.calls.filter { $0 == .sample }.count == 2)
    }

    @Test("After a queue was deleted its row goes without waiting for the next interval")
    func samplesAfterActs() async throws {
        var script = FakeLink.Script()
        script.samples = [
            .success(.of([ConsoleBench.orders], second: 0)), .success(.of([], second: 0)),
        ]
        let bench = try ConsoleBench(script)
        await bench.run {
            await bench.terminal.waitForText("orders")
            await bench.time.waitForSleep(seconds: 1)
            bench.terminal.press(.character("D"), .character("y"))
            await bench.terminal.waitForText("No queues yet")  // Time stands still.
        }
        #expect(bench.link.calls.filter { $0 == .sample }.count == 2)
    }

    @Test("While it is frozen samples come, but nothing changes until it goes on")
    func frozen() async throws {
        var script = FakeLink.Script()
        script.samples = [1, 2, 3].map { count in
            .success(
                .of([SteadyQueue(QueueSample(name: QueueName("queue-\(count)")))], second: count))
        }
        let bench = try ConsoleBench(script)
        await bench.run {
            await bench.terminal.waitForText("queue-1")
            bench.terminal.press(.character("f"))
            await bench.terminal.waitForText("FROZEN")
            await bench.time.waitForSleep(seconds: 1)
            bench.time.advance(seconds: 1)
            await bench.link.waitUntil { $0.filter { $0 == .sample }.count == 2 }
            await bench.time.waitForSleep(seconds: 1)
            #expect(bench.terminal.text.contains("queue-1"))
            bench.terminal.press(.character("f"))
            await bench.terminal.waitForText("queue-2")
        }
    }

    @Test("A lost link is said once and in the header until it is back")
    func lostLink() async throws {
        var script = FakeLink.Script()
        script.samples = [
            .success(.of([ConsoleBench.orders], second: 0)),
            .failure(.disconnected(reason: "connection refused")),
            .success(.of([ConsoleBench.orders], second: 2)),
        ]
        let bench = try ConsoleBench(script)
        await bench.run {
            await bench.terminal.waitForText("orders")
            await bench.time.waitForSleep(seconds: 1)
            bench.time.advance(seconds: 1)
            await bench.terminal.waitForText("Not connected: connection refused")
            #expect(bench.terminal.text.contains("NOT CONNECTED"))
            await bench.time.waitForSleep(seconds: 1)
            bench.time.advance(seconds: 1)
            await bench.terminal.waitForText("Connected again")
            #expect(!bench.terminal.text.contains("NOT CONNECTED"))
        }
    }

    @Test("Nothing is drawn when nothing has changed")
    func drawsOnChangeOnly() async throws {
        let bench = try ConsoleBench()
        await bench.run {
            await bench.terminal.waitForText("orders")
            await bench.time.waitForSleep(seconds: 1)
            let frames = bench.terminal.frames.count
            bench.terminal.send(.mouse(MouseEvent(.rightClick, row: 0, column: 0)))
            bench.terminal.press(.character("?"))
            await bench.terminal.waitForText("Everywhere")
            #expect(bench.terminal.frames.count == frames + 1)
        }
    }

    @Test("It follows the terminal's size, and draws anew when the program was continued")
    func resizeAndSuspend() async throws {
        let bench = try ConsoleBench()
        await bench.run {
            await bench.terminal.waitForText("orders")
            bench.terminal.resize(columns: 120, rows: 40)
            await bench.terminal.wait { _ in bench.terminal.frames.last?.columns == 120 }
            bench.terminal.press(.control("z"))
            let text = bench.terminal.text
            let frames = bench.terminal.frames.count
            bench.terminal.send(.continued)
            await bench.terminal.wait { _ in bench.terminal.frames.count > frames }
            #expect(bench.terminal.text == text)
        }
        #expect(bench.terminal.suspendCount == 1)
    }

    @Test("It ends by q, by a signal and when the terminal is gone")
    func endings() async throws {
        let quit = try ConsoleBench()
        #expect(await quit.run { quit.terminal.press(.character("q")) } == .quit)
        let killed = try ConsoleBench()
        #expect(
            await killed.run { killed.terminal.send(.terminate(.requested)) }
                == .terminated(.requested))
        let gone = try ConsoleBench()
        #expect(await gone.run { gone.terminal.end() } == .terminated(.hungUp))
    }
}
