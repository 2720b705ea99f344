import Core
import Engine
import Messaging

/// An AMQP client inside the process, for one request: what the API changes goes the way that
/// everything goes, with the same permissions and the same refusals.
///
/// Confined to the engine's executor, like every outlet: its continuation and what it has heard
/// are touched there alone.
final class InProcessClient: ConnectionOutlet, @unchecked Sendable {
    /// Its connections have numbers that no socket ever gets.
    static let firstNumber = ConnectionID.ownNumberMin
    static let channel = ChannelNumber(1)

    /// What the broker said to one command.
    enum Answer: Sendable {
        case reply(Reply)
        case got(FetchedMessage)
        case confirmed
        /// Some queue refused what was published.
        case rejected
        case refused(Refusal)
        /// The broker ended the connection, as it does when it stops.
        case gone
    }

    let connection: ConnectionID
    private let bodyBytesMax: Int
    private var answers: [Answer] = []
    private(set) var isReturned = false
    /// The broker takes nothing from it any more, and so would answer nothing.
    private var isClosed = false
    private var held: CommitNumber?
    private var waiter: (count: Int, continuation: CheckedContinuation<[Answer], Never>)?

    /// - Parameter bodyBytesMax: How much of the body of a fetched message is kept.
    init(_ connection: ConnectionID, bodyBytesMax: Int = .max) {
        self.connection = connection
        self.bodyBytesMax = bodyBytesMax
    }

    // MARK: What the broker says

    func perform(_ effects: [Effect], reading broker: borrowing Broker) {
        for effect in effects {
            switch effect {
            case .awaitCommit(let commit):
                if commit > broker.durableCommit { self.held = commit }
            case .reply(_, let reply): self.answers.append(.reply(reply))
            case .got(_, let got): self.answers.append(.got(self.fetched(got, from: broker)))
            case .confirm: self.answers.append(.confirmed)
            case .reject: self.answers.append(.rejected)
            case .returned: self.isReturned = true
            case .closeChannel(_, let refusal), .closeConnection(_, let refusal):
                self.answers.append(.refused(refusal))
            case .deliver, .directReply, .consumerCancelled, .blocked, .unblocked,
                .stopReading, .startReading:
                break
            }
        }
    }

    private func fetched(_ got: GotMessage, from broker: borrowing Broker) -> FetchedMessage {
        let record = broker.record(of: got.queue, at: got.position)
        return FetchedMessage(
            tag: got.tag,
            exchange: String(decoding: record.exchange, as: UTF8.self),
            routingKey: String(decoding: record.routingKey, as: UTF8.self),
            properties: (try? MessageProperties(decoding: record.properties)) ?? .init(),
            body: Array(record.body.prefix(self.bodyBytesMax)), bodyBytes: record.body.count,
            messagesLeft: got.messagesLeft, isRedelivered: got.isRedelivered)
    }

    var awaitedCommit: CommitNumber? { self.held }

    func durable(upTo commit: CommitNumber) {
        if let held, held <= commit { self.held = nil }
    }

    func flush() {
        guard self.held == nil, let waiter, self.isDone(waiter.count) else { return }
        self.waiter = nil
        waiter.continuation.resume(returning: exchange(&self.answers, with: []))
    }

    func close(_ code: ReplyCode, _ explanation: String) {
        self.isClosed = true
        self.answers.append(.gone)
    }

    /// Whether every command was answered, or none will be any more.
    private func isDone(_ count: Int) -> Bool {
        guard self.answers.count < count else { return true }
        switch self.answers.last {
        case .refused, .gone: return true
        case .reply, .got, .confirmed, .rejected, nil: return false
        }
    }

    // MARK: What it asks

    /// Waits for so many answers, or for a refusal; begun on the engine before `body` asks.
    func answers(
        _ count: Int, isolation engine: isolated Engine,
        to body: (inout Broker, Timestamp) -> Void
    ) async -> [Answer] {
        guard !self.isClosed else { return [.gone] }
        return await withCheckedContinuation { continuation in
            self.waiter = (count, continuation)
            engine.batch(for: self, body)
        }
    }
}

/// A message that `basic.get` brought, copied.
struct FetchedMessage: Sendable {
    var tag: DeliveryTag
    var exchange: String
    var routingKey: String
    var properties: MessageProperties
    /// At most as much as was asked for.
    var body: [UInt8]
    /// The whole body's size.
    var bodyBytes: Int
    var messagesLeft: UInt32
    var isRedelivered: Bool
}
