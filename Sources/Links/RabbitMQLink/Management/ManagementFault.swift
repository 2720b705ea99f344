import BrokerLink

/// Why the management API did not answer a request.
enum ManagementFault: Error, Equatable {
    /// Nobody answered, or too late.
    case unreachable(address: String, reason: String, advice: String? = nil)
    case loginRefused(address: String, user: String)
    /// Logged in, but without the right to see or do it.
    case notPermitted(reason: String)
    case notFound
    /// The broker refused and said why.
    case refused(status: Int, reason: String)
    /// What came is no answer of a management API.
    case unreadable(address: String, reason: String)

    /// The fault in the words of every link.
    var linkError: LinkError {
        switch self {
        case .unreachable(let address, let reason, let advice):
            .disconnected(
                reason: "no answer from the management API at \(address) (\(reason)). "
                    + (advice ?? Self.usualAdvice))
        case .loginRefused(let address, let user):
            .loginRefused(
                reason: "\(address) refused the login of \(user). Check user and password, and "
                    + "that the user has the tag monitoring or management; guest may only log in "
                    + "from the broker's own machine")
        case .notPermitted(let reason): .refused(reason: "\(reason).")
        case .notFound: .refused(reason: "there is no such thing; it went meanwhile.")
        case .refused(let status, let reason): .refused(reason: "\(reason) (HTTP \(status)).")
        case .unreadable(let address, let reason):
            .disconnected(
                reason: "what answers at \(address) is no management API (\(reason)). Check the "
                    + "port, or name the address with --management-url")
        }
    }

    private static let usualAdvice =
        "Check that the broker runs and that its management plugin is on, or name its address "
        + "with --management-url"

    /// Whether the broker could not be talked to at all.
    var isDisconnected: Bool {
        switch self {
        case .unreachable, .loginRefused, .unreadable: true
        case .notPermitted, .notFound, .refused: false
        }
    }
}
