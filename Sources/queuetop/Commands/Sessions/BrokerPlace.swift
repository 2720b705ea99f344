import Glibc
import RabbitMQLink
import Store

/// Where a command's broker is.
enum BrokerPlace {
    /// In this process, from its data directory, which is claimed.
    case stored(DataDirectory)
    /// In another process or on another machine.
    case remote(RemoteBroker)

    /// Finds out where the broker is; a data directory that nobody serves is claimed.
    static func find(
        _ options: LinkOptions, _ contexts: NamedContexts
    ) throws(CommandFailure) -> BrokerPlace {
        if let text = options.attach {
            guard options.dataDirectory == nil else {
                throw CommandFailure(
                    .usage, "--attach and --data-directory name two brokers: leave one out.")
            }
            guard text.contains("://") else {
                return .remote(try contexts.broker(named: text, virtualHost: options.vhost))
            }
            let broker = RemoteBroker(
                origin: .attached(text, managementURL: options.managementURL),
                trust: options.trust, virtualHost: options.vhost)
            return .remote(broker)
        }
        let path: String
        do throws(StartFailure) {
            path = try options.dataDirectoryPath()
        } catch {
            throw CommandFailure(error)
        }
        // Claiming would make it: a name that was mistyped shall not leave a directory behind.
        guard access(path.hasSuffix("/") ? path + "lock" : path + "/lock", F_OK) == 0 else {
            guard errno != EACCES else {
                throw CommandFailure(
                    .notAllowed,
                    "\(path) cannot be looked into by this user. Name another directory with "
                        + "--data-directory, or run this as its owner.")
            }
            throw CommandFailure(
                .noInput,
                "There is no broker's data in \(path). Name its directory with --data-directory, "
                    + "or another broker with --attach.")
        }
        do throws(StoreError) {
            return .stored(try DataDirectory(claiming: path))
        } catch .directoryLocked(_, let pid, let address?) {
            let origin = RemoteBroker.Origin.process(
                pid: pid, address: address,
                managementURL: DataDirectory.holder(of: path).managementURL, dataDirectory: path)
            return .remote(
                RemoteBroker(origin: origin, trust: options.trust, virtualHost: options.vhost))
        } catch .directoryLocked(let path, let pid, nil) {
            throw CommandFailure(
                .unavailable,
                "\(path) is in use by process \(pid.map(String.init) ?? "?"), most likely another "
                    + "command: run this again when it has ended.")
        } catch {
            throw CommandFailure(StartFailure.dataDirectory(error))
        }
    }
}

/// A broker in another process.
struct RemoteBroker {
    /// How it was named.
    enum Origin {
        /// A URL.
        case attached(String, managementURL: String? = nil)
        /// What the configuration names, with its URL.
        case context(String, ContextLogin)
        /// What holds a data directory, by its lock file.
        case process(
            pid: Int32?, address: String, managementURL: String?, dataDirectory: String)
    }

    var origin: Origin
    /// Whom to believe when the address wants TLS.
    var trust: TrustRoots
    /// Nil leaves it to the address.
    var virtualHost: String?
    /// What its context says; nil of one that is none.
    var rules: ContextRules?

    /// As a person named it; a password in it is left out.
    var words: String {
        switch self.origin {
        case .attached(let text, _): (try? LinkAddress(parsing: text))?.description ?? "it"
        case .context(let name, let login): "\(name) (\(login.address))"
        case .process(_, let address, _, _): address
        }
    }
}
