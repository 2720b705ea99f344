import BrokerLink
import Canvas
import ConsoleRuntime
import DeadLetters
import LoadTest
import Messaging
import Screens
import Synchronization
import TestSupport
import Testing

/// Every act that changes the broker is written down before it begins and after it ended.
@MainActor
@Suite(.timeLimit(.minutes(5)))
struct AuditTests {
    @Test("A purge is asked for, written down, done and written down")
    func purge() async throws {
        let bench = try ConsoleBench()
        let path = bench.auditPath
        let before = Mutex<[String]>([])
        bench.link.rewrite { script in
            script.beforeAnswer = { call in
                guard case .purge = call else { return }
                before.withLock { $0 = TemporaryFolder.lines(of: path) }
            }
        }
        await bench.run {
            await bench.terminal.waitForText("orders")
            bench.terminal.press(.character("P"))
            await bench.terminal.waitForText("Purge orders?")
            #expect(!bench.link.calls.contains(.purge("orders")))
            bench.terminal.press(.character("y"))
            await bench.terminal.waitForText("Purged 5 messages from orders.")
        }
        let lines = TemporaryFolder.lines(of: path)
        #expect(lines.count == 2)
        #expect(before.withLock { $0 } == [lines[0]])
        #expect(lines[0].hasPrefix(#"{"time":"2026-"#))
        #expect(lines[0].contains(#""phase":"begin""#))
        #expect(
            lines[0].contains(#""broker":"queuetop embedded","action":"purge","queue":"orders"}"#))
        #expect(lines[1].hasSuffix(#""act":1,"phase":"end","outcome":"5 messages"}"#))
        #expect(TemporaryFolder.mode(of: path) == 0o600)
    }

    @Test("What cannot be written down is not done")
    func unwritableLog() async throws {
        let bench = try ConsoleBench(auditLog: "/dev/null/audit.log")
        await bench.run {
            await bench.terminal.waitForText("orders")
            bench.terminal.press(.character("P"), .character("y"))
            await bench.terminal.waitForText("Nothing was done. The audit log /dev/null/audit.log")
        }
        #expect(!bench.link.calls.contains(.purge("orders")))
    }

    @Test("In read-only mode nothing is asked, done or written")
    func readOnly() async throws {
        let bench = try ConsoleBench(isReadOnly: true)
        await bench.run {
            await bench.terminal.waitForText("orders")
            bench.terminal.press(.character("P"))
            await bench.terminal.waitForText(
                "Cannot purge: the console was started with --read-only")
            bench.terminal.press(.character("y"), .character("D"))
            await bench.terminal.waitForText("Cannot delete the queue")
        }
        #expect(bench.link.calls.allSatisfy { $0 == .probe || $0 == .sample })
        #expect(TemporaryFolder.lines(of: bench.auditPath).isEmpty)
    }

    @Test("A failure is an outcome, and names stay on one line")
    func failure() async throws {
        let folder = try TemporaryFolder()
        var script = FakeLink.Script()
        script.count = .failure(.refused(reason: "not today"))
        let path = "\(folder.path)/audit.log"
        let told = Mutex<[Result<Int, LinkError>]>([])
        let runner = EffectRunner(
            link: FakeLink(script), load: FakeLoad(),
            audit: AuditLog(path: path, now: { .testStart }), broker: "test"
        ) { message in
            if case .purged(_, let result) = message { told.withLock { $0.append(result) } }
        }
        await runner.run(.purge("two\nlines \"quoted\" \u{1B}[31m\u{202E}"), until: nil)
        let lines = TemporaryFolder.lines(of: path)
        #expect(lines.count == 2)
        #expect(lines[0].contains(#""queue":"two\nlines \"quoted\" \u001b[31m\u202e""#))
        #expect(lines[0].hasPrefix(#"{"time":"2026-11-21T18:31:40.000Z""#))
        #expect(lines[1].contains(#""outcome":"failed: The broker refused: not today""#))
        #expect(told.withLock { $0 } == [.failure(.refused(reason: "not today"))])
    }

    @Test("Closing a connection and cancelling a consumer are written down before and after")
    func clients() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/audit.log"
        var script = FakeLink.Script()
        script.count = .success(3)
        let seen = Mutex<[Int]>([])
        script.beforeAnswer = { _ in
            seen.withLock { $0.append(TemporaryFolder.lines(of: path).count) }
        }
        let link = FakeLink(script)
        let told = Mutex<[String]>([])
        let runner = EffectRunner(
            link: link, load: FakeLoad(), audit: AuditLog(path: path, now: { .testStart }),
            broker: "test"
        ) { message in
            switch message {
            case .closedConnection(_, let client, .success(let count)):
                told.withLock { $0.append("closed \(client) \(count ?? -1)") }
            case .cancelledConsumer(let id, .success(let count)):
                told.withLock { $0.append("cancelled \(id.tag) \(count)") }
            case .rostered(.success(let roster)):
                told.withLock { $0.append("\(roster.connections.count) connections") }
            default: told.withLock { $0.append("\(message)") }
            }
        }
        let consumer = ClientConsumer.ID(
            connection: ConnectionID(4), channel: ChannelNumber(1), tag: "clerk")
        await runner.run(
            .closeConnection(ConnectionID(4), client: "10.0.0.7:5", reason: "Closed via console"),
            until: nil)
        await runner.run(
            .cancelConsumer(consumer, of: "orders", client: "10.0.0.7:5"), until: nil)
        await runner.run(.clients, until: nil)
        let lines = TemporaryFolder.lines(of: path)
        #expect(lines.count == 4, "looking at the clients is no act")
        #expect(seen.withLock { $0 } == [1, 3, 4])
        #expect(lines[0].contains(#""action":"close connection","client":"10.0.0.7:5""#))
        #expect(lines[0].contains(#""reason":"Closed via console""#))
        #expect(lines[1].contains(#""outcome":"3 messages""#))
        #expect(lines[2].contains(#""action":"cancel consumer","consumer":"clerk""#))
        #expect(lines[2].contains(#""queue":"orders","client":"10.0.0.7:5""#))
        #expect(
            link.calls == [
                .closeConnection(ConnectionID(4), reason: "Closed via console"),
                .cancelConsumer(consumer), .clients,
            ])
        #expect(
            told.withLock { $0 } == ["closed 10.0.0.7:5 3", "cancelled clerk 3", "0 connections"])
    }

    @Test("A circuit breaker is opened and closed between its two lines, failures too")
    func circuitBreaker() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/audit.log"
        var script = FakeLink.Script()
        script.count = .failure(.noCircuitBreaker("orders"))
        let told = Mutex<[String]>([])
        for link in [FakeLink(), FakeLink(script)] {
            let runner = EffectRunner(
                link: link, load: FakeLoad(), audit: AuditLog(path: path, now: { .testStart }),
                broker: "test"
            ) { message in
                guard case .changedBreaker(let queue, let isOpen, let result) = message else {
                    return
                }
                let hasFailed = if case .failure = result { true } else { false }
                told.withLock { $0.append("\(queue) \(isOpen) \(hasFailed)") }
            }
            let isFirst = told.withLock { $0.isEmpty }
            await runner.run(.setBreaker("orders", isOpen: isFirst), until: nil)
            #expect(link.calls == [.setBreaker("orders", isOpen: isFirst)])
        }
        let lines = TemporaryFolder.lines(of: path)
        #expect(lines.count == 4)
        #expect(lines[0].contains(#""action":"open circuit breaker","queue":"orders""#))
        #expect(lines[1].contains(#""outcome":"ok""#))
        #expect(lines[2].contains(#""action":"close circuit breaker","queue":"orders""#))
        #expect(lines[3].contains("failed: orders has no circuit breaker."))
        #expect(told.withLock { $0 } == ["orders true false", "orders false true"])
    }

    @Test("Deleting names the messages, and load runs their scenario")
    func otherActs() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/audit.log"
        let load = FakeLoad()
        let runner = EffectRunner(
            link: FakeLink(), load: load, audit: AuditLog(path: path, now: { .testStart }),
            broker: "test", tell: { _ in })
        await runner.run(
            .deleteMessages([MessageID(Position(7)), MessageID(Position(9))], from: "dead"),
            until: nil)
        await runner.run(.startLoad(LoadScenario(name: "small", streams: [])), until: nil)
        await runner.run(.setLoadRate(250), until: nil)
        await runner.run(.stopLoad, until: nil)
        let lines = TemporaryFolder.lines(of: path)
        #expect(lines.count == 6, "ending a load changes nothing on the broker")
        #expect(
            lines[0].contains(
                #""action":"delete messages","queue":"dead","count":2,"positions":"7 9""#))
        #expect(lines[2].contains(#""action":"start load","scenario":"small""#))
        #expect(lines[4].contains(#""action":"set load rate","rate":"250/s""#))
        #expect(load.calls == ["start small", "rate 250.0", "stop"])
    }
}
