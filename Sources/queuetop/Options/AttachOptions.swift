import ArgumentParser
import Glibc
import RabbitMQLink
import Screens
import Settings

/// Which broker elsewhere to show instead of the embedded one.
struct AttachOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Show that broker instead of starting one: amqp[s]://user@host:port/vhost, \
            http[s]://user@host:port, or a context by its name ('embedded' is the broker here). It \
            has to offer RabbitMQ's management API. The password comes from QUEUETOP_PASSWORD or \
            is asked for.
            """, valueName: "url|name"), completion: .contextNames)
    var attach: String?

    @Option(
        help: ArgumentHelp(
            """
            Where that broker's management API is. (default: the same host, port 15672, or 15671 \
            with TLS)
            """, valueName: "url"))
    var managementURL: String?

    @Option(
        help: ArgumentHelp(
            "Certificates (PEM) to trust instead of the system's.", valueName: "file"))
    var caFile: String?

    mutating func validate() throws {
        if self.attach == nil, self.managementURL != nil || self.caFile != nil {
            throw ValidationError(
                "--management-url and --ca-file say how to reach a broker elsewhere: name it with "
                    + "--attach.")
        }
        do {
            _ = try self.address()
        } catch {
            throw ValidationError("--attach: \(error)")
        }
        if let caFile, access(caFile, R_OK) != 0 {
            throw ValidationError(
                "--ca-file \(caFile) cannot be read: \(String(cString: strerror(errno))).")
        }
    }

    /// The broker to attach to; nil for the embedded one, and for a context.
    func address() throws(LinkAddressError) -> LinkAddress? {
        guard let attach, attach.contains("://") else { return nil }
        return try LinkAddress(parsing: attach, managementURL: self.managementURL)
    }

    var trust: TrustRoots { self.caFile.map { .file(path: $0) } ?? .system }
}

extension ProgramSettings {
    /// The broker that is meant: a URL, or a context by its name; nil is the one here.
    ///
    /// Where nobody names one it is the `current-context`, unless something is said of the broker
    /// here.
    ///
    /// - Parameter attach: What `--attach` says.
    func broker(_ attach: String?, isHere: Bool) -> String? {
        let name = attach ?? (isHere ? nil : self.currentContext)
        return name == ContextName.embedded.text ? nil : name
    }
}
