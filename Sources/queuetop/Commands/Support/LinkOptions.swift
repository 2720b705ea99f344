import ArgumentParser
import Glibc
import Messaging
import RabbitMQLink

/// Which broker a command is about.
struct LinkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A broker elsewhere: amqp[s]://user@host:port/vhost or http[s]://user@host:port. The \
            password comes from QUEUETOP_PASSWORD or is asked for.
            """, valueName: "url"))
    var attach: String?

    @Option(
        help: ArgumentHelp(
            "Where that broker's management API is, if not at its usual port.", valueName: "url"))
    var managementURL: String?

    @Option(
        help: ArgumentHelp(
            "Certificates (PEM) to trust instead of the system's.", valueName: "file"))
    var caFile: String?

    @Option(
        help: ArgumentHelp(
            """
            The embedded broker's data. A process that serves it is asked; without one the data \
            is opened for the length of the command. (default: $XDG_DATA_HOME/queuetop, or \
            ~/.local/share/queuetop)
            """, valueName: "dir"))
    var dataDirectory: String?

    @Option(help: ArgumentHelp("The virtual host. (default: /)", valueName: "name"))
    var vhost: String?

    mutating func validate() throws {
        if self.dataDirectory == "" {
            throw ValidationError("--data-directory is empty: name a directory, such as ./data.")
        }
    }

    /// The same with what was given to the program itself.
    ///
    /// Its own options look the same, and the parser gives it those behind the command as well.
    func completed(by root: Queuetop) -> LinkOptions {
        var options = self
        options.attach = self.attach ?? root.attachment.attach
        options.managementURL = self.managementURL ?? root.attachment.managementURL
        options.caFile = self.caFile ?? root.attachment.caFile
        options.dataDirectory = self.dataDirectory ?? root.broker.dataDirectory
        options.vhost = self.vhost ?? root.console.vhost
        return options
    }

    var trust: TrustRoots { self.caFile.map { .file(path: $0) } ?? .system }

    var host: VirtualHostName { self.vhost.map { VirtualHostName($0) } ?? .default }

    func dataDirectoryPath() throws(StartFailure) -> String {
        var options = BrokerOptions()
        options.dataDirectory = self.dataDirectory
        return try options.dataDirectoryPath { name in getenv(name).map { String(cString: $0) } }
    }
}

/// A command that works on a broker.
protocol LinkCommand: AsyncParsableCommand {
    var options: LinkOptions { get }
    var root: Queuetop { get }
}

extension LinkCommand {
    /// Which broker was named, before the command or behind it.
    var chosenBroker: LinkOptions { self.options.completed(by: self.root) }

    /// Who writes down what is done; with `--read-only` nothing is.
    var auditor: Auditor {
        Auditor(time: .system(), isReadOnly: self.root.console.readOnly)
    }
}
