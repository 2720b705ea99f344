import Glibc
import Supervision
import Testing

/// What a service manager is told.
struct NotifyTests {
    /// A manager's socket that is bound to a name.
    final class Manager {
        let descriptor: CInt
        private let path: String?

        /// - Parameter address: As in `NOTIFY_SOCKET`.
        init(_ address: String) throws {
            // A run that broke off may have left it.
            if address.hasPrefix("/") { unlink(address) }
            self.path = address.hasPrefix("/") ? address : nil
            self.descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            var bytes = Array(address.utf8)
            if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 } else { bytes.append(0) }
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
            let length = socklen_t(2 + bytes.count)
            let bound = withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(self.descriptor, $0, length)
                }
            }
            try #require(bound == 0)
        }

        deinit {
            close(self.descriptor)
            if let path = self.path { unlink(path) }
        }

        /// Whether a datagram is there, or comes in a moment.
        func waitForMore() -> Bool {
            var asked = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&asked, 1, 20) == 1
        }

        /// The next datagram, which has to be there already.
        var heard: String? {
            var bytes = [UInt8](repeating: 0, count: 1_024)
            let count = bytes.withUnsafeMutableBytes {
                recv(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }

    @Test(
        "It is told at a path and in the abstract space",
        arguments: ["/tmp/queuetop-notify-\(getpid())", "@queuetop-notify-\(getpid())"])
    func tells(address: String) throws {
        let manager = try Manager(address)
        let socket = try #require(NotifySocket { $0 == "NOTIFY_SOCKET" ? address : nil })
        #expect(socket.tell(.ready, status: "all is well") == .sent)
        #expect(manager.heard == "READY=1\nSTATUS=all is well\n")
        #expect(socket.tell(.watchdog) == .sent)
        #expect(manager.heard == "WATCHDOG=1\n")
        #expect(socket.tell(.reloading(monotonicMicroseconds: 7)) == .sent)
        #expect(manager.heard == "RELOADING=1\nMONOTONIC_USEC=7\n")
        #expect(socket.tell(.stopping) == .sent)
        #expect(manager.heard == "STOPPING=1\n")
        #expect(manager.heard == nil)
    }

    @Test("A manager that is gone does no harm")
    func gone() throws {
        let socket = try #require(NotifySocket { _ in "/nowhere/at/all" })
        #expect(socket.tell(.ready) == .lost)
    }

    @Test(
        "Nobody is told where nobody asks",
        arguments: [nil, "", "/", "@", "relative", "/" + String(repeating: "x", count: 107)])
    func nobody(address: String?) { #expect(NotifySocket { _ in address } == nil) }

    @Test("A name as long as an address can be is one")
    func longest() {
        #expect(NotifySocket { _ in "/" + String(repeating: "x", count: 106) } != nil)
    }

    @Test("A watchdog is fed twice as often as it asks, by the process that it asks")
    func watchdog() {
        func interval(_ variables: [String: String]) -> Int64? {
            Watchdog.intervalMicroseconds(environment: { variables[$0] }, process: 42)
        }
        #expect(interval(["WATCHDOG_USEC": "3000000"]) == 1_500_000)
        #expect(interval(["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "42"]) == 1_500_000)
        #expect(interval(["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "41"]) == nil)
        #expect(interval([:]) == nil)
        #expect(interval(["WATCHDOG_USEC": "0"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "often"]) == nil)
    }
}
