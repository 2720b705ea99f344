import Glibc

/// Tells a service manager how this process is, as systemd's `sd_notify(3)` describes it: one
/// datagram of `KEY=VALUE` lines to the socket that `NOTIFY_SOCKET` names.
package struct NotifySocket: Sendable {
    /// What can be told.
    package enum State: Equatable, Sendable {
        case ready, stopping, watchdog
        /// Configuration is being read again; ``ready`` follows.
        ///
        /// - Parameter monotonicMicroseconds: Of `CLOCK_MONOTONIC`, as `Type=notify-reload` needs.
        case reloading(monotonicMicroseconds: UInt64)

        package var text: String {
            switch self {
            case .ready: "READY=1"
            case .stopping: "STOPPING=1"
            case .watchdog: "WATCHDOG=1"
            case .reloading(let microseconds):
                "RELOADING=1\nMONOTONIC_USEC=\(microseconds)"
            }
        }
    }

    /// A path, or with a leading `@` a name in Linux's abstract space.
    private let address: String

    /// - Parameter environment: Looks up a variable of the environment.
    /// - Returns: Nil when nobody wants to be told.
    package init?(environment: (String) -> String?) {
        guard let address = environment("NOTIFY_SOCKET"),
            address.hasPrefix("/") || address.hasPrefix("@"),
            (2...Self.addressBytesMax).contains(address.utf8.count)
        else { return nil }
        self.address = address
    }

    /// Bytes of `sun_path`, less the zero that ends a path.
    private static let addressBytesMax = 107

    /// What became of a datagram.
    package enum Delivery: Equatable, Sendable {
        case sent
        /// There is no room for it now: as few as ten that nobody has read fill a socket.
        case full
        /// The manager is gone, or was never there.
        case lost
    }

    /// Tells it, without ever waiting: a manager that is slow or gone is no reason to stop.
    ///
    /// - Parameter status: A sentence for `systemctl status`.
    package func tell(_ state: State, status: String? = nil) -> Delivery {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | SOCK_CLOEXEC.flag, 0)
        // Files that have run out come back as room does.
        guard descriptor >= 0 else { return .full }
        defer { close(descriptor) }
        let text = state.text + (status.map { "\nSTATUS=\($0)" } ?? "") + "\n"
        let message = Array(text.utf8)
        var (name, length) = self.socketAddress
        let sent = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                message.withUnsafeBytes {
                    sendto(
                        descriptor, $0.baseAddress, $0.count,
                        Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address, length)
                }
            }
        }
        guard sent < 0 else { return .sent }
        return [EAGAIN, EWOULDBLOCK, ENOBUFS, ENOMEM].contains(errno) ? .full : .lost
    }

    private var socketAddress: (sockaddr_un, socklen_t) {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(self.address.utf8)
        // An abstract name begins with a zero byte, and its length is its end.
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        return (name, socklen_t(offset + bytes.count))
    }
}

extension __socket_type {
    fileprivate var flag: Int32 { Int32(self.rawValue) }
}

/// How often a service manager wants to hear that the process lives.
package enum Watchdog {
    /// Half of what is asked for, so that one late answer costs nothing; nil when nobody asks.
    ///
    /// - Parameters:
    ///   - environment: Looks up a variable of the environment.
    ///   - process: This process's id: the question may be for another one.
    package static func intervalMicroseconds(
        environment: (String) -> String?, process: Int32
    ) -> Int64? {
        guard let asked = environment("WATCHDOG_USEC").flatMap({ Int64($0) }), asked > 1 else {
            return nil
        }
        if let owner = environment("WATCHDOG_PID"), Int32(owner) != process { return nil }
        return asked / 2
    }
}
