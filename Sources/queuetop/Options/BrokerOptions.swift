import ArgumentParser
import Engine
import ManagementAPI
import Store

/// Where the embedded broker listens and keeps its data.
struct BrokerOptions: ParsableArguments {
    static let amqpPortDefault: UInt16 = 5_672

    static let durabilityNote = """
        Durable queues and exchanges, bindings and persistent messages are kept in the data \
        directory: what was confirmed is there after any crash.
        """

    @OptionGroup(title: "Listeners") var listen: ListenOptions

    @Option(
        help: ArgumentHelp(
            "Port for AMQP; 0 takes any free one. (default: 5672)", valueName: "port"))
    var amqpPort: UInt16?

    @Option(
        help: ArgumentHelp(
            """
            Port for the management API and metrics, as RabbitMQ has them on 15672; 0 takes any \
            free one. (default: none but on 127.0.0.1, for queuetop itself)
            """, valueName: "port"))
    var managementPort: UInt16?

    @Option(
        help: ArgumentHelp(
            """
            Directory of this broker's data, created if missing; one process at a time. \
            (default: $XDG_DATA_HOME/queuetop, or ~/.local/share/queuetop)
            """, valueName: "dir"))
    var dataDirectory: String?

    @Option(
        help: ArgumentHelp(
            """
            Definitions to load at the start, as RabbitMQ exports them: virtual hosts, policies, \
            users, permissions, exchanges, queues, bindings. `serve` loads them again on SIGHUP.
            """, valueName: "file"))
    var definitions: String?

    @Option(
        help: ArgumentHelp(
            """
            Memory for messages before publishers are blocked, such as 512MiB. (default: 1GiB)
            """, valueName: "size"))
    var memoryLimit: ByteCount?

    @Option(
        help: ArgumentHelp(
            """
            Free disk below which publishers are blocked, such as 1GiB. (default: 50MB)
            """, valueName: "size"))
    var diskLimit: ByteCount?

    @Option(
        help: ArgumentHelp(
            """
            Milliseconds that a delivery may stay unacked before its channel is closed; 0 for \
            ever. (default: 1800000)
            """, valueName: "ms"))
    var consumerTimeout: Int64?

    @Option(
        help: ArgumentHelp(
            "Stop the clock at that moment, to compare screens.", valueName: "rfc3339",
            visibility: .hidden))
    var clock: FrozenMoment?

    mutating func validate() throws {
        if self.dataDirectory == "" {
            throw ValidationError("--data-directory is empty: name a directory, such as ./data.")
        }
        if let timeout = self.consumerTimeout,
            !(0...Self.consumerTimeoutMillisecondsMax).contains(timeout)
        {
            throw ValidationError(
                "--consumer-timeout is \(timeout): give milliseconds from 0 (for ever) to "
                    + "\(Self.consumerTimeoutMillisecondsMax).")
        }
    }

    /// Ten years: what goes beyond is 0.
    private static let consumerTimeoutMillisecondsMax: Int64 = 315_360_000_000

    var engineLimits: EngineLimits {
        var limits = EngineLimits()
        if let bytes = self.memoryLimit?.bytes { limits.messageMemoryBytesMax = bytes }
        if let milliseconds = self.consumerTimeout {
            limits.consumerTimeoutMilliseconds = milliseconds == 0 ? nil : milliseconds
        }
        return limits
    }

    var storeLimits: StoreLimits {
        var limits = StoreLimits()
        if let bytes = self.diskLimit?.bytes { limits.freeBytesMin = UInt64(bytes) }
        return limits
    }

    var engineClock: EngineClock {
        self.clock.map { EngineClock.frozen(at: $0.timestamp) } ?? .system()
    }

    /// The directory that was asked for, or the one that the XDG convention gives.
    ///
    /// - Parameter environment: Looks up an environment variable; empty counts as unset.
    func dataDirectoryPath(environment: (String) -> String?) throws(StartFailure) -> String {
        if let path = self.dataDirectory { return path }
        if let base = environment("XDG_DATA_HOME"), base.hasPrefix("/") {
            return base + "/queuetop"
        }
        guard let home = environment("HOME"), home.hasPrefix("/") else { throw .noHomeDirectory }
        return home + "/.local/share/queuetop"
    }
}

extension BrokerOptions {
    /// Where the management API listens: what nobody asked for is for this machine alone.
    var managementAddress: String {
        let isAsked = self.managementPort != nil || self.listen.managementTLSPort != nil
        return isAsked ? self.listen.address : ManagementServer.loopback
    }
}
