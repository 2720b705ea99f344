import AMQP
import AMQPClient
import Messaging
import NIOPosix
import NIOSSL
import RabbitMQLink

/// A connection of a command's own to a broker in another process.
struct AMQPSession: Sendable {
    let client: AMQPClient
    private let group: MultiThreadedEventLoopGroup

    /// Such as `amqp 127.0.0.1:5672`, for the audit log.
    var name: String { "amqp \(self.client.endpoint.address)" }

    static func open(_ broker: RemoteBroker) async throws(CommandFailure) -> AMQPSession {
        let (address, password) = try RemoteLinks.login(to: broker)
        let endpoint = AMQPEndpoint(
            host: address.amqp.host, port: address.amqp.port, user: address.user,
            password: password, virtualHost: address.virtualHost)
        let tls: TLSConfiguration?
        do throws(TrustError) {
            tls = address.amqp.usesTLS ? try broker.trust.configuration() : nil
        } catch {
            throw CommandFailure(StartFailure.trust(error))
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do throws(AMQPClientError) {
            let client = try await AMQPClient.connect(
                to: endpoint, on: group.next(), version: Version.text,
                tls: tls)
            return AMQPSession(client: client, group: group)
        } catch {
            try? await group.shutdownGracefully()
            throw CommandFailure(error)
        }
    }

    func close() async {
        await self.client.close()
        try? await self.group.shutdownGracefully()
    }

    /// How many messages of a queue wait; nil when there is no such queue.
    func readyCount(of queue: QueueName) async throws(CommandFailure) -> Int? {
        do throws(AMQPClientError) {
            // On a channel of its own: the broker closes it when there is no such queue.
            let channel = try await self.client.openChannel()
            defer { channel.close() }
            var declare = QueueMethod.Declare(queue: queue)
            declare.isPassive = true
            guard
                case .queue(.declareOK(_, let count, _)) = try await channel.call(
                    .queue(.declare(declare)))
            else { return nil }
            return Int(count)
        } catch .channelClosed(let reason) where reason.code == ReplyCode.notFound.rawValue {
            return nil
        } catch {
            throw CommandFailure(error)
        }
    }

    /// A channel in confirm mode to publish on.
    func sink() async throws(CommandFailure) -> AMQPSink {
        do throws(AMQPClientError) {
            let channel = try await self.client.openChannel()
            try await channel.selectConfirms()
            return AMQPSink(channel, on: self.client.eventLoop)
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension AMQPSession {
    /// Removes every message of a queue that waits; returns how many there were.
    func purge(_ queue: QueueName) async throws(CommandFailure) -> Int {
        do throws(AMQPClientError) {
            let channel = try await self.client.openChannel()
            defer { channel.close() }
            let reply = try await channel.call(.queue(.purge(queue: queue, noWait: false)))
            guard case .queue(.purgeOK(let count)) = reply else {
                throw .unexpectedReply(reply)
            }
            return Int(count)
        } catch {
            throw CommandFailure(error)
        }
    }
}
