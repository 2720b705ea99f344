import BrokerLink
import ConsoleRuntime
import FoundationEssentials
import NIOPosix
import RabbitMQLink
import Settings

/// Opens links to the brokers that the configuration names.
enum ContextLinks {
    /// - Returns: A link that has answered already.
    /// - Throws: Why not, a sentence that holds no secret.
    static func open(_ context: ContextSettings) async throws -> any BrokerLink {
        var address = try LinkAddress(parsing: context.url, managementURL: context.managementURL)
        if let user = context.user { address.user = user }
        if let host = context.virtualHost { address.virtualHost = host }
        let named = try context.readPassword(environment: ProcessInfo.processInfo.environment)
        // Without a user it is guest, whose password is no secret.
        let known = context.user == nil ? address.password : nil
        guard let password = named ?? known else {
            throw SettingProblem.noSecret(
                context.name,
                reason: "a console cannot ask for it while it shows another broker; name it with "
                    + "`password: ${NAME}` or `password-file`")
        }
        let link = RabbitMQLink(
            to: address, password: password,
            trust: context.tls.authority.map { .file(path: $0) } ?? .system,
            version: Version.text, now: Timekeeper.system().now,
            on: MultiThreadedEventLoopGroup.singleton)
        do throws(LinkError) {
            _ = try await link.probe()
        } catch {
            await link.close()
            throw error
        }
        return link
    }
}
