import AMQPClient
import BrokerLink
import NIOCore
import NIOPosix
import NIOSSL

/// A channel of the link's own, with the connection that it belongs to.
struct LaneChannel: Sendable {
    let client: AMQPClient
    let channel: AMQPChannel

    func close() { self.channel.close() }
}

/// The link's AMQP connection: made when it is first needed, made again after it was lost.
///
/// Who asks for a channel while there is no connection waits for one attempt; after a failed
/// attempt, calls fail at once until the next one is due.
actor AMQPLane {
    /// Two silent intervals end a connection: a lost broker is noticed within twice as long.
    static let heartbeatSeconds: UInt16 = 2
    static let connectSeconds: Int64 = 3
    /// Under which the connections of this process are found among those of its broker: their
    /// addresses may be others there than here.
    static let instance = String(UInt64.random(in: .min ... .max), radix: 36)

    private typealias Waiter = CheckedContinuation<Result<AMQPClient, LinkError>, Never>

    private enum State {
        case idle
        case connecting([Waiter])
        case open(AMQPClient)
        case failed(LinkError)
        case closed
    }

    private let endpoint: AMQPEndpoint
    private let tls: TLSConfiguration?
    private let group: any EventLoopGroup
    private let version: String
    private var state = State.idle
    private var backoff = Backoff()

    /// - Parameter tls: Nil for a connection without TLS.
    init(
        to address: LinkAddress, password: String, tls: TLSConfiguration?, version: String,
        on group: any EventLoopGroup
    ) {
        var endpoint = AMQPEndpoint(
            host: address.amqp.host, port: address.amqp.port, user: address.user,
            password: password, virtualHost: address.virtualHost)
        endpoint.heartbeatSeconds = Self.heartbeatSeconds
        endpoint.connectSeconds = Self.connectSeconds
        endpoint.instance = Self.instance
        self.endpoint = endpoint
        self.tls = tls
        self.version = version
        self.group = group
    }

    /// Opens a channel.
    ///
    /// A connection that turns out to have ended meanwhile is made anew, once: nothing was asked
    /// of the broker yet.
    func open(for act: LaneAct) async throws(LinkError) -> LaneChannel {
        let client = try await self.client()
        do throws(AMQPClientError) {
            return LaneChannel(client: client, channel: try await client.openChannel())
        } catch {
            if case .noChannelLeft = error { throw act.linkError(error, wasBegun: false) }
            self.forget(client)
        }
        let fresh = try await self.client()
        do throws(AMQPClientError) {
            return LaneChannel(client: fresh, channel: try await fresh.openChannel())
        } catch {
            self.forget(fresh)
            throw act.linkError(error, wasBegun: false)
        }
    }

    /// Ends a connection on which something hangs, so that what was sent cannot happen later.
    func drop(_ client: AMQPClient) async {
        self.forget(client)
        await client.close()
    }

    func close() async {
        let last = exchange(&self.state, with: .closed)
        switch last {
        case .open(let client): await client.close()
        case .connecting(let waiters):
            for waiter in waiters { waiter.resume(returning: .failure(Self.closedError)) }
        case .idle, .failed, .closed: break
        }
    }

    private func forget(_ client: AMQPClient) {
        if case .open(let known) = self.state, known === client { self.state = .idle }
    }

    private func client() async throws(LinkError) -> AMQPClient {
        switch self.state {
        case .open(let client): return client
        case .closed: throw Self.closedError
        case .failed(let error) where self.backoff.isTooEarly(atNanoseconds: Self.uptime()):
            throw error
        case .connecting(let waiters):
            let result = await withCheckedContinuation { waiter in
                self.state = .connecting(waiters + [waiter])
            }
            return try result.get()
        case .idle, .failed:
            self.state = .connecting([])
            return try await self.connect()
        }
    }

    private func connect() async throws(LinkError) -> AMQPClient {
        let result: Result<AMQPClient, LinkError>
        do throws(AMQPClientError) {
            result = .success(
                try await AMQPClient.connect(
                    to: self.endpoint, on: self.group.next(), product: "queuetop console",
                    version: self.version, tls: self.tls))
        } catch {
            result = .failure(LaneAct().linkError(error, wasBegun: false))
        }
        guard case .connecting(let waiters) = self.state else {
            // Closed meanwhile.
            if case .success(let client) = result { await client.close() }
            throw Self.closedError
        }
        switch result {
        case .success(let client):
            self.backoff.succeeded()
            self.state = .open(client)
        case .failure(let error):
            self.backoff.failed(atNanoseconds: Self.uptime())
            self.state = .failed(error)
        }
        for waiter in waiters { waiter.resume(returning: result) }
        return try result.get()
    }

    private static let closedError = LinkError.disconnected(reason: "the link was closed")

    private static func uptime() -> UInt64 { NIODeadline.now().uptimeNanoseconds }
}
