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
@Suite struct FileGateTests {
    @Test("An accept that found no file raises the alarm, which ends when there are files")
    func noFileForClient() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (notices, post) = AsyncStream<EngineNotice>.makeStream()
        let engine = Engine(
            on: loop, clock: .system(), store: VolatileStore(), seed: 1,
            notify: { post.yield($0) })
        let gate = FileGate(telling: engine)
        Self.fail(gate.acceptBackoff(on: loop))
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

    /// Has a listener accept nobody, for several reasons.
    private static func fail(_ handler: AcceptBackoffHandler) {
        let listener = EmbeddedChannel(handler: handler)
        // Somebody hung up before: nothing that has to do with files.
        listener.pipeline.fireErrorCaught(IOError(errnoCode: ECONNABORTED, reason: "accept"))
        listener.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
        listener.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
        _ = try? listener.finish()
    }

    @Test("Who comes while there are files gets in")
    func files() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let engine = Engine(on: loop, clock: .system(), store: VolatileStore(), seed: 1)
        let gate = FileGate(telling: engine)
        try gate.admit(to: .broker, on: loop)
        try gate.admit(to: .management, on: loop)
        await engine.stop()
    }
}
