import Engine
import Messaging

/// Something about a client that an operator may want to read in a log. No secret is in it.
package enum ServerEvent: Equatable, Sendable {
    /// A client that has opened a virtual host, or wanted to.
    package struct Client: Equatable, Sendable {
        /// Address and port at its end.
        package var origin: String
        package var user: String
        package var virtualHost: String
    }

    case opened(Client)
    case closed(Client)
    /// It had logged in, and may not open the virtual host all the same.
    case refused(Client, reason: String)
}

extension ServerEvent.Client {
    fileprivate init(_ client: ConnectingClient) {
        self.init(origin: client.origin, user: client.user, virtualHost: client.host.text)
    }
}

extension ConnectionHandler {
    /// Address and port at the client's end.
    var origin: String {
        guard let address = self.context?.remoteAddress else { return "?" }
        return "\(address.ipAddress ?? "?"):\(address.port ?? 0)"
    }
}

extension ClientSession {
    /// Says what became of a client that wanted to open a virtual host.
    func hasBegun(_ answer: ConnectAnswer, as client: ConnectingClient) {
        let client = ServerEvent.Client(client)
        switch answer {
        case .accepted:
            self.openedFor = client
            self.server.observe(.opened(client))
        case .noRoom(let connectionsMax):
            self.server.observe(
                .refused(client, reason: "there are \(connectionsMax) connections"))
        case .noSuchVirtualHost:
            self.server.observe(.refused(client, reason: "there is no such virtual host"))
        case .limitReached(let refusal):
            self.server.observe(.refused(client, reason: refusal))
        case .noAccess:
            self.server.observe(.refused(client, reason: "the user has no permission in it"))
        }
    }

    /// Says that a connection which was open is not any more.
    func hasEnded() {
        guard let client = exchange(&self.openedFor, with: nil) else { return }
        self.server.observe(.closed(client))
    }
}
