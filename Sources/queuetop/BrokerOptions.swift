import ArgumentParser
import Engine

/// Where the embedded broker listens and keeps its data.
struct BrokerOptions: ParsableArguments {
    static let amqpPortDefault: UInt16 = 5_672

    static let durabilityNote = """
        This version keeps messages and definitions in memory only, durable and persistent ones \
        too: when it stops, they are gone.
        """

    @Option(
        help: ArgumentHelp(
            "Port for AMQP on 127.0.0.1; 0 takes any free one. (default: 5672)", valueName: "port"))
    var amqpPort: UInt16?

    @Option(
        help: ArgumentHelp(
            """
            Directory of this broker's data, created if missing; one process at a time. \
            (default: $XDG_DATA_HOME/queuetop, or ~/.local/share/queuetop)
            """, valueName: "dir"))
    var dataDirectory: String?

    @Option(
        help: ArgumentHelp(
            "Stop the clock at that moment, to compare screens.", valueName: "rfc3339",
            visibility: .hidden))
    var clock: FrozenMoment?

    mutating func validate() throws {
        if self.dataDirectory == "" {
            throw ValidationError("--data-directory is empty: name a directory, such as ./data.")
        }
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
