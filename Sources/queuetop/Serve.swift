import ArgumentParser
import DefinitionsFile
import ServiceLifecycle

/// Runs the embedded broker without the console, until SIGTERM or SIGINT.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the broker without the console.",
        discussion: """
            Prints one line once clients can connect, and stops cleanly on SIGTERM or SIGINT: \
            clients are told, the exit code is 0.

            \(BrokerOptions.durabilityNote)
            """)

    @OptionGroup var broker: BrokerOptions

    func run() async throws {
        let broker = try await EmbeddedBroker.startOrExit(self.broker) { sentence in
            StandardStream.error.write("queuetop: \(sentence)\n")
        }
        let path = broker.directory.path
        // Written at once, though standard output may be a pipe: scripts wait for this line.
        StandardStream.output.write(
            "queuetop \(Version.text) ready: \(broker.addresses), data in \(path)\n")
        let definitions = self.broker.definitions.map {
            DefinitionsFile(path: $0)
        }
        guard definitions != nil || broker.certificates != nil else {
            return try await broker.run()
        }
        let reload = ReloadService(
            file: definitions, certificates: broker.certificates, engine: broker.engine)
        try await broker.run(with: [reload])
    }
}
