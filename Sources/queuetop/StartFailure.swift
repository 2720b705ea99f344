import AMQPServer
import ArgumentParser
import BrokerLink
import Certificates
import ConsoleRuntime
import CursesTerminal
import DefinitionsFile
import Glibc
import ManagementAPI
import RabbitMQLink
import Settings
import Store

/// Why the program could not start: what happened and what to do, with a code of `sysexits.h`.
enum StartFailure: Error, CustomStringConvertible {
    case portTaken(port: UInt16, address: String)
    case portRefused(port: UInt16, address: String, reason: String)
    case certificates(CertificateError)
    /// Others could get in by a password that everybody knows.
    case defaultPassword(address: String)
    case managementPortTaken(port: UInt16, address: String)
    case context(String, reason: String)
    case dataDirectory(StoreError)
    case definitions(DefinitionsError)
    case noHomeDirectory
    case noSuchVirtualHost(String, known: [String])
    case terminal(TerminalError)
    case settings(SettingsError)
    case configuration(SettingProblem)
    case noPassword(user: String)
    case notAttached(String, LinkError)
    case trust(TrustError)

    var description: String {
        switch self {
        case .context(let name, let reason): "context \(name): \(reason)"
        case .managementPortTaken(let port, let address):
            "Port \(port) on \(address) is taken by another program. Choose another one for the "
                + "management API with --management-port or --management-tls-port (0: any free "
                + "one)."
        case .portTaken(let port, let address):
            "Port \(port) on \(address) is taken by another program, perhaps RabbitMQ or another "
                + "queuetop. Stop that one, or choose a port with --amqp-port or --amqps-port "
                + "(0: any free one)."
        case .portRefused(let port, let address, let reason):
            "Cannot listen on \(address), port \(port): \(reason). Choose another port with "
                + "--amqp-port, or an address of this machine's with --bind; ports below 1024 "
                + "usually need root."
        case .certificates(let error):
            error.description
        case .defaultPassword(let address):
            "User guest still has its first password, which everybody knows, so this does not "
                + "listen on \(address). Load users of your own with --definitions (with guest "
                + "among them it gets the password given there; into a new data directory without "
                + "guest, it is not made), or listen on 127.0.0.1."
        case .dataDirectory(let error):
            error.description
        case .definitions(let error):
            error.description
        case .noHomeDirectory:
            "Neither XDG_DATA_HOME nor HOME names a directory for the broker's data. "
                + "Name one with --data-directory."
        case .noSuchVirtualHost(let name, let known):
            "There is no virtual host '\(name)', only \(known.joined(separator: ", ")). Name one "
                + "of these with --vhost, or add it to the file of --definitions."
        case .terminal(let error):
            error.description
        case .settings(let error):
            error.description
        case .configuration(let error):
            error.description
        case .trust(let error):
            error.description
        case .noPassword(let user):
            "No password for \(user), and no terminal to ask for it. Put it into the environment "
                + "as \(PasswordSource.variable)."
        case .notAttached(let address, let error):
            switch error {
            case .disconnected(let reason), .loginRefused(let reason):
                "Cannot attach to \(address): \(reason)."
            case .queueNotFound, .exchangeNotFound, .connectionNotFound, .consumerNotFound,
                .noCircuitBreaker, .queueInUse, .refused, .declined, .lost, .endedAtLimit,
                .returning,
                .tooIntrusive, .unsupported,
                .notAttempted, .outcomeUnknown, .virtualHostNotFound:
                "Cannot attach to \(address): \(error)"
            }
        }
    }

    init(_ error: ListenError, address: String) {
        switch error {
        case .portTaken(let port): self = .portTaken(port: port, address: address)
        case .refused(let port, let reason):
            self = .portRefused(port: port, address: address, reason: reason)
        }
    }

    init(_ error: ManagementListenError) {
        switch error {
        case .portTaken(let port, let address):
            self = .managementPortTaken(port: port, address: address)
        case .refused(let port, let address, let reason):
            self = .portRefused(port: port, address: address, reason: reason)
        }
    }

    /// Says it on standard error and ends the program at once.
    ///
    /// Without the C library's handlers, which could wait for threads that are ending as well.
    func endProgram() -> Never {
        StandardStream.error.write("queuetop: \(self)\n")
        self.endProgramSilently()
    }

    /// Ends the program at once; why has been said.
    func endProgramSilently() -> Never { _exit(self.exitCode.rawValue) }

    var exitCode: ExitCode {
        switch self {
        case .notAttached(_, .loginRefused): .notAllowed
        case .notAttached(_, .virtualHostNotFound), .noSuchVirtualHost: .noInput
        case .configuration(let problem) where problem.isOfCommandLine: .validationFailure
        case .portTaken, .managementPortTaken, .portRefused, .dataDirectory(.directoryLocked),
            .terminal, .notAttached:
            .unavailable
        case .dataDirectory(.directoryNotCreated), .dataDirectory(.directoryNotWritable),
            .dataDirectory(.notADirectory), .dataDirectory(.ioFailed), .dataDirectory(.diskFull):
            .cannotCreate
        case .dataDirectory(.damaged), .dataDirectory(.unknownVersion),
            .dataDirectory(.definitionsDamaged), .dataDirectory(.definitionsTooNew):
            .dataError
        case .definitions(.unreadable): .noInput
        case .definitions(.malformed), .definitions(.refused): .dataError
        case .noHomeDirectory, .settings, .certificates, .defaultPassword, .context, .noPassword,
            .configuration, .trust:
            .configuration
        }
    }
}

extension ExitCode {
    /// `EX_DATAERR`: what was given is wrong.
    static let dataError = ExitCode(65)
    /// `EX_NOINPUT`: a file that was named cannot be read.
    static let noInput = ExitCode(66)
    /// `EX_UNAVAILABLE`: something that is needed is taken or not there.
    static let unavailable = ExitCode(69)
    /// `EX_CANTCREAT`: a file or directory cannot be made.
    static let cannotCreate = ExitCode(73)
    /// `EX_NOPERM`: whoever asks may not.
    static let notAllowed = ExitCode(77)
    /// `EX_CONFIG`: the surroundings are not set up.
    static let configuration = ExitCode(78)
}
