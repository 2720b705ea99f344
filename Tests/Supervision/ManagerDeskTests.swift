import Glibc
import Logging
import Supervision
import Testing

/// A service manager that does not read what it is told.
struct ManagerDeskTests {
    /// A manager whose socket is full, and what it holds.
    private struct Deaf {
        let manager: NotifyTests.Manager
        let desk: ManagerDesk
        let filling: [String]

        init(_ name: String) throws {
            let address = "@queuetop-\(name)-\(getpid())"
            self.manager = try NotifyTests.Manager(address)
            let socket = try #require(NotifySocket { _ in address })
            var count = 0
            // Some systems have room for ten, others for hundreds.
            while socket.tell(.watchdog) == .sent {
                count += 1
                try #require(count < 100_000, "a socket that nobody reads is never full")
            }
            self.filling = Array(repeating: "WATCHDOG=1\n", count: count)
            self.desk = ManagerDesk(socket, logger: Logger(label: "test"))
        }

        /// Begins to read, until that is told.
        func heard(until last: String) async -> [String] {
            let desk = self.desk
            let retrying = Task { await desk.retry() }
            defer { retrying.cancel() }
            var heard: [String] = []
            while heard.last != last {
                if self.manager.waitForMore(), let text = self.manager.heard {
                    heard.append(text)
                } else {
                    await Task.yield()
                }
            }
            return heard
        }
    }

    @Test("A reload is told when there is room again, in its order, and a watchdog not at all")
    func reload() async throws {
        let deaf = try Deaf("reload")
        await deaf.desk.tell(.ready, status: "first")
        await deaf.desk.tell(.reloading(monotonicMicroseconds: 7))
        await deaf.desk.tell(.ready, status: "again")
        await deaf.desk.tell(.watchdog)
        let last = "READY=1\nSTATUS=again\n"
        #expect(
            await deaf.heard(until: last)
                == deaf.filling + ["RELOADING=1\nMONOTONIC_USEC=7\n", last])
    }

    @Test("A stop makes what was not told before it old")
    func stop() async throws {
        let deaf = try Deaf("stop")
        await deaf.desk.tell(.reloading(monotonicMicroseconds: 7))
        await deaf.desk.tell(.stopping)
        let last = "STOPPING=1\n"
        #expect(await deaf.heard(until: last) == deaf.filling + [last])
        // With room there is nothing to wait for.
        await deaf.desk.tell(.watchdog)
        #expect(deaf.manager.heard == "WATCHDOG=1\n")
    }
}
