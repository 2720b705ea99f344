import Foundation
import Glibc

/// A rabbitmq-server of the suite's own: private ports and folders, nothing in common with the
/// machine's.
///
/// It ends with the process that started it, however that ends: its keeper reads from a pipe that
/// closes then.
final class RabbitMQServer: Sendable {
    static let program = "/usr/lib/rabbitmq/bin/rabbitmq-server"
    static let isInstalled = access(program, X_OK) == 0

    let amqpPort: Int
    let managementPort: Int

    /// The one that all tests share: it takes long to start.
    static let shared = Result { try RabbitMQServer() }

    private let keeper: Process
    private let lifeline: Pipe

    private init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "queuetop-contract-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let ports = try Self.freePorts(4)
        (self.amqpPort, self.managementPort) = (ports[0], ports[1])
        try Data("[rabbitmq_management].\n".utf8).write(to: folder.appending(path: "plugins"))
        try Data(
            """
            listeners.tcp.1 = 127.0.0.1:\(ports[0])
            management.tcp.ip = 127.0.0.1
            management.tcp.port = \(ports[1])
            collect_statistics_interval = 1000
            total_memory_available_override_value = 4GB
            disk_free_limit.absolute = 50MB
            log.console = false

            """.utf8
        ).write(to: folder.appending(path: "rabbitmq.conf"))
        self.lifeline = Pipe()
        self.keeper = Process()
        self.keeper.executableURL = URL(filePath: "/bin/sh")
        self.keeper.arguments = ["-c", Self.script]
        self.keeper.currentDirectoryURL = folder
        self.keeper.environment = Self.environment(folder.path, ports)
        self.keeper.standardInput = self.lifeline
        self.keeper.standardOutput = FileHandle.nullDevice
        self.keeper.standardError = FileHandle.nullDevice
        try self.keeper.run()
    }

    /// Starts the port mapper and the server, and ends both when its input does; nothing of what
    /// the server holds is worth an end in order.
    private static let script = """
        exec 3<&0 </dev/null
        epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
        mapper=$!
        \(program) > output 2>&1 &
        server=$!
        cat <&3 > /dev/null
        kill -KILL $(cat pid) $server $mapper
        rm -rf "$HOME"
        """

    private static func environment(_ folder: String, _ ports: [Int]) -> [String: String] {
        ProcessInfo.processInfo.environment.merging(
            [
                "HOME": folder,
                "RABBITMQ_NODENAME": "queuetop-contract-\(ports[0])@localhost",
                "RABBITMQ_MNESIA_BASE": "\(folder)/mnesia",
                "RABBITMQ_LOG_BASE": "\(folder)/log",
                "RABBITMQ_PID_FILE": "\(folder)/pid",
                "RABBITMQ_ENABLED_PLUGINS_FILE": "\(folder)/plugins",
                "RABBITMQ_CONFIG_FILE": "\(folder)/rabbitmq",
                "RABBITMQ_CONF_ENV_FILE": "/dev/null",
                "RABBITMQ_DIST_PORT": "\(ports[2])",
                "ERL_EPMD_PORT": "\(ports[3])",
                "ERL_EPMD_ADDRESS": "127.0.0.1",
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                    "-kernel inet_dist_use_interface {127,0,0,1}",
            ], uniquingKeysWith: { $1 })
    }

    /// Ports that nobody uses now.
    ///
    /// They lie below those that the system gives to the clients' ends of connections: one of
    /// these could be taken before the server, which starts slowly, listens.
    private static func freePorts(_ count: Int) throws -> [Int] {
        let range = try String(
            contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let clientsFrom = range.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
        let candidates = (10_000..<max(clientsFrom ?? 0, 20_000)).shuffled()
        let free = Array(candidates.lazy.filter(Self.isFree).prefix(count))
        guard free.count == count else { throw CocoaError(.fileWriteUnknown) }
        return free
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = in_port_t(port).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
