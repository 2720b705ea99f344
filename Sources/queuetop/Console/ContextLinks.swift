import BrokerLink
import ConsoleRuntime
import FoundationEssentials
import NIOPosix
import RabbitMQLink
import Settings

/// How a broker that the configuration names is reached.
struct ContextLogin {
    var address: LinkAddress
    /// nil is to be asked for.
    var password: String?
    var trust: TrustRoots

    /// - Throws: Why it cannot be read, a sentence that holds no secret.
    init(_ context: ContextSettings) throws {
        self.address = try LinkAddress(parsing: context.url, managementURL: context.managementURL)
        if let user = context.user { self.address.user = user }
        if let host = context.virtualHost { self.address.virtualHost = host }
        let named = try context.readPassword(environment: ProcessInfo.processInfo.environment)
        // Without a user it is guest, whose password is no secret.
        self.password = named ?? (self.address.user == "guest" ? PasswordSource.guest : nil)
        self.trust = TrustRoots(
            authorities: context.tls.authority, certificate: context.tls.certificate,
            key: context.tls.key)
    }
}

/// Opens links to the brokers that the configuration names.
enum ContextLinks {
    /// - Returns: A link that has answered already.
    /// - Throws: Why not, a sentence that holds no secret.
    static func open(_ context: ContextSettings) async throws -> any BrokerLink {
        let login = try ContextLogin(context)
        guard let password = login.password else {
            throw SettingProblem.noSecret(
                context.name,
                reason: "a console cannot ask for it while it shows another broker; name it with "
                    + "`password: ${NAME}` or `password-file`")
        }
        let link = try RabbitMQLink(
            to: login.address, password: password, trust: login.trust, version: Version.text,
            now: Timekeeper.system().now, on: MultiThreadedEventLoopGroup.singleton)
        do throws(LinkError) {
            _ = try await link.probe()
        } catch {
            await link.close()
            throw error
        }
        return link
    }
}
