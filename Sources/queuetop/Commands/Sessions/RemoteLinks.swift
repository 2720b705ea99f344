import BrokerLink
import ConsoleRuntime
import Messaging
import NIOPosix
import RabbitMQLink

/// A link, and what has to end with it.
struct OpenedLink: Sendable {
    var link: any BrokerLink
    /// Ends the link and what it runs on.
    var close: @Sendable () async -> Void
}

/// How commands reach a broker in another process: the one place for it.
enum RemoteLinks {
    /// Opens a link.
    ///
    /// Only publishing, consuming and importing speak AMQP by themselves and do without.
    ///
    /// - Parameter mayAsk: Whether a person may be asked for the password.
    static func open(
        _ broker: RemoteBroker, limits: ManagementLimits, mayAsk: Bool = true
    ) async throws(CommandFailure) -> OpenedLink {
        if case .process(let pid, _, nil, let directory) = broker.origin {
            throw CommandFailure(
                .unavailable,
                "Process \(pid.map(String.init) ?? "?") serves \(directory), and has no management "
                    + "API to ask. Stop it to work on its data, or use `publish`, `consume` and "
                    + "`import`, which speak AMQP.")
        }
        let (address, password) = try self.login(to: broker, mayAsk: mayAsk)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let link: RabbitMQLink
        do throws(TrustError) {
            link = try RabbitMQLink(
                to: address, password: password, trust: broker.trust, version: Version.text,
                limits: limits, now: Timekeeper.system().now, on: group)
        } catch {
            try? await group.shutdownGracefully()
            throw CommandFailure(StartFailure.trust(error))
        }
        return OpenedLink(link: link) {
            await link.close()
            try? await group.shutdownGracefully()
        }
    }

    /// Where a broker is reached, and the password there.
    static func login(
        to broker: RemoteBroker, mayAsk: Bool = true
    ) throws(CommandFailure) -> (address: LinkAddress, password: String) {
        var address: LinkAddress
        do throws(LinkAddressError) {
            address =
                switch broker.origin {
                case .context(_, let login): login.address
                case .attached(let text, let managementURL):
                    try LinkAddress(parsing: text, managementURL: managementURL)
                case .process(_, let text, let managementURL, _):
                    try LinkAddress(parsing: text, managementURL: managementURL)
                }
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
        if let host = broker.virtualHost { address.virtualHost = host }
        var known = address.password
        switch broker.origin {
        case .attached: break
        case .context(_, let login): known = login.password
        // In its own data directory the user is at home.
        case .process: known = PasswordSource.fromEnvironment ?? PasswordSource.guest
        }
        let password =
            known
            ?? PasswordSource.password(
                of: address.user, at: address.amqp.address, mayAsk: mayAsk)
        guard let password else {
            throw CommandFailure(StartFailure.noPassword(user: address.user))
        }
        return (address, password)
    }
}
