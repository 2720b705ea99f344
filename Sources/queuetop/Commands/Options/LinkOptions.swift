import ArgumentParser
import Glibc
import Messaging
import RabbitMQLink
import Settings

/// Which broker a command is about.
struct LinkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A broker elsewhere: amqp[s]://user@host:port/vhost or http[s]://user@host:port. The \
            password comes from QUEUETOP_PASSWORD or is asked for. Or a context by its name, \
            'embedded' for the broker here. (default: the configuration's current-context)
            """, valueName: "url|name"), completion: .contextNames)
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

    /// The same with what was given to the program itself, and what the configuration says.
    ///
    /// Its own options look the same, and the parser gives it those behind the command as well.
    func completed(by root: Queuetop, _ settings: ProgramSettings) -> LinkOptions {
        var options = self
        options.attach = self.attach ?? root.attachment.attach
        options.dataDirectory = self.dataDirectory ?? root.broker.dataDirectory
        options.managementURL = self.managementURL ?? root.attachment.managementURL
        options.caFile = self.caFile ?? root.attachment.caFile
        options.vhost = self.vhost ?? root.console.vhost
        return options.completed(by: settings)
    }

    /// The same with what the configuration says.
    func completed(by settings: ProgramSettings) -> LinkOptions {
        var options = self
        options.attach = settings.broker(self.attach, isHere: self.dataDirectory != nil)
        guard options.attach == nil else { return options }
        // Of the broker here; brokers elsewhere have their own.
        options.dataDirectory = self.dataDirectory ?? settings.dataDirectory
        options.vhost = self.vhost ?? settings.virtualHost
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
    /// Everything that is set; ends the program when that is wrong.
    var settings: ProgramSettings { self.root.configuration.source(self.root.flags).readOrExit() }

    /// Which broker was named, before the command or behind it.
    var chosenBroker: LinkOptions { self.options.completed(by: self.root, self.settings) }

    /// Who writes down what is done; where nothing may be changed nothing is.
    var auditor: Auditor {
        let isForbidden = self.settings.isReadOnly
        let prohibition = self.root.console.readOnly ? "--read-only" : "read-only in the settings"
        return Auditor(time: .system(), prohibition: isForbidden ? prohibition : nil)
    }
}
