import Engine
import Glibc
import NIOCore
import NIOEmbedded
import NIOPosix
import OpenFiles
import Store
import Testing

/// What a listener does when files run out. That clients are refused takes a process that may open
/// only a few, which `Tests/Serve` and `Tests/Crash` have.
@Suite(.timeLimit(.minutes(5))) struct FileGateTests {
    @Test("An accept that found no file raises the alarm, which ends when there are files")
    func noFileForClient() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (notices, post) = AsyncStream<EngineNotice>.makeStream()
        let engine = Engine(
            on: loop, clock: .system(), store: VolatileStore(), seed: 1,
            notify: { post.yield($0) })
        let gate = FileGate(telling: engine)
        Self.fail(gate, [EMFILE, EMFILE])
        var heard: [String] = []
        for await notice in notices {
            heard.append("\(notice)")
            if case .alarmEnded = notice { break }
        }
        #expect(
            heard == [
                "open files run out: new clients are refused", "open files run out: over",
            ])
        await engine.stop()
    }

    @Test("An accept that failed for another reason is no alarm")
    func hungUp() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let engine = Engine(on: loop, clock: .system(), store: VolatileStore(), seed: 1)
        Self.fail(FileGate(telling: engine), [ECONNABORTED])
        // What the gate tells, it has told its loop before.
        let areShort = await engine.snapshot { broker, _ in broker.areFilesShort }
        #expect(!areShort)
        await engine.stop()
    }

    /// Has a listener behind the gate accept nobody, for these reasons.
    private static func fail(_ gate: FileGate, _ codes: [CInt]) {
        let listener = EmbeddedChannel(handler: gate.acceptBackoff)
        for code in codes {
            listener.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
        }
        _ = try? listener.finish()
    }

    @Test("Who comes while there are files gets in")
    func files() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let engine = Engine(on: loop, clock: .system(), store: VolatileStore(), seed: 1)
        let gate = FileGate(telling: engine)
        try gate.admit(to: .broker)
        try gate.admit(to: .management)
        await engine.stop()
    }
}
