import AMQPServer
import Engine
import Logging

/// Writes down what happens in a broker. Nothing here ever knows a password.
struct BrokerLog: Sendable {
    let logger: Logger

    var hooks: BrokerHooks {
        BrokerHooks(
            say: { self.logger.notice("\($0)") }, notify: { self.log($0) },
            observe: { self.log($0) })
    }

    private func log(_ notice: EngineNotice) {
        switch notice {
        case .damage: self.logger.error("damage: \(notice.description)")
        case .loginRefused(let refusal):
            self.logger.warning("login refused", metadata: Self.metadata(refusal))
        case .alarmRaised: self.logger.warning("alarm: \(notice.description)")
        case .alarmEnded: self.logger.notice("alarm: \(notice.description)")
        }
    }

    private func log(_ event: ServerEvent) {
        switch event {
        case .opened(let client):
            self.logger.info("connection opened", metadata: Self.metadata(client))
        case .closed(let client):
            self.logger.info("connection closed", metadata: Self.metadata(client))
        case .refused(let client, let reason):
            self.logger.warning(
                "connection refused",
                metadata: Self.metadata(client).merging(["reason": "\(reason)"]) { $1 })
        }
    }

    private static func metadata(_ refusal: LoginRefusal) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "client": "\(refusal.origin.address)", "mechanism": "\(refusal.origin.mechanism)",
            "reason": "\(refusal.reason)",
        ]
        if let user = refusal.user { metadata["user"] = "\(user)" }
        return metadata
    }

    private static func metadata(_ client: ServerEvent.Client) -> Logger.Metadata {
        [
            "client": "\(client.origin)", "user": "\(client.user)",
            "vhost": "\(client.virtualHost)",
        ]
    }
}
