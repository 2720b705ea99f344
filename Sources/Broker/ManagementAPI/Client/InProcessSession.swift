import Core
import Engine
import Messaging
import NIOConcurrencyHelpers
import PlainJSON

/// One request's conversation with the broker, from its connect to its disconnect.
struct InProcessSession: Sendable {
    private static let lastNumber = NIOLockedValueBox(InProcessClient.firstNumber)

    private let engine: Engine
    private let client: InProcessClient

    /// Runs a conversation and ends it, however it goes: what it fetched and did not settle goes
    /// back.
    ///
    /// - Throws: 404 when there is no such virtual host; what `body` throws.
    static func run<Value: Sendable>(
        on engine: Engine, as user: String, in host: VirtualHostName, bodyBytesMax: Int = .max,
        _ body: (InProcessSession) async throws(APIFailure) -> Value
    ) async throws(APIFailure) -> Value {
        let number = Self.lastNumber.withLockedValue { number in
            number += 1
            return number
        }
        let client = InProcessClient(ConnectionID(number), bodyBytesMax: bodyBytesMax)
        let session = InProcessSession(engine: engine, client: client)
        switch await engine.begin(
            client,
            ConnectingClient(
                origin: "management", user: user, host: host))
        {
        case .accepted: break
        case .noSuchVirtualHost: throw .hostNotFound
        case .limitReached, .noAccess: throw .accessRefused
        case .noRoom(let connectionsMax):
            throw .badRequest("connection limit (\(connectionsMax)) is reached")
        }
        do throws(APIFailure) {
            let value = try await body(session)
            await engine.disconnect(client.connection)
            return value
        } catch {
            await engine.disconnect(client.connection)
            throw error
        }
    }

    /// Does one thing.
    ///
    /// - Throws: The refusal, as RabbitMQ's API words it.
    ///
    /// - Parameter wordForWord: Whether whoever may not is told so in the broker's own words.
    @discardableResult
    func ask(
        _ command: Command, wordForWord: Bool = false
    ) async throws(APIFailure) -> InProcessClient.Answer {
        try await self.ask([command], wordForWord: wordForWord).last ?? .gone
    }

    /// Does one thing after the other until one is refused.
    func ask(
        _ commands: [Command], wordForWord: Bool = false
    ) async throws(APIFailure) -> [InProcessClient.Answer] {
        let answers = await self.engine.answers(commands, to: self.client)
        switch answers.last {
        case .refused(let refusal) where wordForWord && refusal.code == .accessRefused:
            throw .notAuthorised(refusal.text)
        case .refused(let refusal): throw APIFailure(refusal)
        case .gone: throw .gone
        case .reply, .got, .confirmed, .rejected, nil: return answers
        }
    }

    /// Does what is not answered, such as an ack.
    func tell(_ commands: [Command]) async { await self.engine.tell(commands, from: self.client) }

    /// Publishes a message and waits until it is safe.
    ///
    /// - Returns: Whether it reached a queue.
    func publish(_ message: Message) async throws(APIFailure) -> Bool {
        try await self.ask(.selectConfirms(isNoWait: false))
        let answers = await self.engine.publish(message, from: self.client)
        switch answers.last {
        case .refused(let refusal):
            throw .badRequest("\(refusal.code.rawValue) \(refusal.text)")
        case .gone: throw .gone
        case .reply, .got, .confirmed, .rejected, nil: break
        }
        return await self.engine.isReached(by: self.client)
    }
}

extension APIFailure {
    /// The virtual host went, or the broker stops.
    fileprivate static let gone = APIFailure(
        .unavailable, "unavailable", .text("the broker closed the connection"))

    /// A refusal of AMQP's in HTTP's words.
    init(_ refusal: Refusal) {
        let text = refusal.text.split(separator: " - ", maxSplits: 1).last.map(String.init)
        switch refusal.code {
        case .accessRefused: self = .accessRefused
        case .notFound:
            self.init(.notFound, "not_found", .text(text ?? refusal.text))
        default: self = .badRequest(text ?? refusal.text)
        }
    }
}

extension Engine {
    fileprivate func begin(
        _ client: InProcessClient, _ connecting: ConnectingClient
    ) -> ConnectAnswer {
        let answer = self.connect(client, connecting)
        guard answer == .accepted else { return answer }
        self.batch(for: client) { broker, now in
            broker.handle(
                .openChannel, from: client.connection, on: InProcessClient.channel, now: now)
        }
        return answer
    }

    fileprivate func answers(
        _ commands: [Command], to client: InProcessClient
    ) async -> [InProcessClient.Answer] {
        await client.answers(commands.count, isolation: self) { broker, now in
            for command in commands {
                broker.handle(
                    command, from: client.connection, on: InProcessClient.channel, now: now)
            }
        }
    }

    fileprivate func tell(_ commands: [Command], from client: InProcessClient) {
        self.batch(for: client) { broker, now in
            for command in commands {
                broker.handle(
                    command, from: client.connection, on: InProcessClient.channel, now: now)
            }
        }
    }

    fileprivate func isReached(by client: InProcessClient) -> Bool { !client.isReturned }

    fileprivate func publish(
        _ message: Message, from client: InProcessClient
    ) async -> [InProcessClient.Answer] {
        let (bytes, slice) = message.published
        return await client.answers(1, isolation: self) { broker, now in
            bytes.withUnsafeBytes {
                broker.publish(
                    slice, in: $0, from: client.connection, on: InProcessClient.channel,
                    now: now)
            }
        }
    }
}

extension Message {
    /// The message as a mandatory publish of it would lie in a connection's bytes.
    fileprivate var published: ([UInt8], MessageSlice) {
        let (exchange, key) = (Array(self.exchange.text.utf8), Array(self.routingKey.utf8))
        let properties = self.properties.encoded()
        let bytes = exchange + key + properties + self.body
        let slice = MessageSlice(
            exchangeOffset: 0, exchangeBytes: UInt8(clamping: exchange.count),
            keyOffset: exchange.count, keyBytes: UInt8(clamping: key.count),
            propertiesOffset: exchange.count + key.count, propertiesBytes: properties.count,
            bodyOffset: exchange.count + key.count + properties.count,
            bodyBytes: self.body.count, isMandatory: true, isImmediate: false)
        return (bytes, slice)
    }
}
