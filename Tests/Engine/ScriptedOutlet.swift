import Core
import Engine
import Messaging

/// A connection that keeps what the engine gives it, and lets a test wait for it.
///
/// Confined to the engine's executor, like every outlet; tests look at it through the engine.
final class ScriptedOutlet: ConnectionOutlet, @unchecked Sendable {
    let connection: ConnectionID
    private(set) var effects: [Effect] = []
    /// Bodies of what was delivered or fetched, read while the broker lent them.
    private(set) var bodies: [String] = []
    private(set) var flushCount = 0
    private(set) var closedWith: ReplyCode?
    private var waiter: (count: Int, continuation: CheckedContinuation<Void, Never>)?

    init(_ number: UInt64) { self.connection = ConnectionID(number) }

    func perform(_ effects: [Effect], reading broker: borrowing Broker) {
        for effect in effects {
            switch effect {
            case .deliver(let delivery):
                self.keepBody(broker.record(of: delivery.queue, at: delivery.position))
            case .got(_, let got):
                self.keepBody(broker.record(of: got.queue, at: got.position))
            case .awaitCommit, .confirm, .reject, .directReply, .reply, .returned,
                .consumerCancelled,
                .closeChannel, .blocked, .unblocked, .stopReading, .startReading,
                .closeConnection:
                break
            }
        }
        self.effects += effects
    }

    var awaitedCommit: CommitNumber? { nil }
    func durable(upTo commit: CommitNumber) {}

    private func keepBody(_ record: RecordView) {
        self.bodies.append(String(decoding: record.body, as: UTF8.self))
    }

    func flush() {
        self.flushCount += 1
        if let waiter, self.bodies.count >= waiter.count {
            self.waiter = nil
            waiter.continuation.resume()
        }
    }

    func close(_ code: ReplyCode, _ explanation: String) { self.closedWith = code }

    /// Suspends until so many bodies have come; call it on the engine.
    func bodies(
        _ count: Int, isolation engine: isolated Engine
    ) async -> [String] {
        if self.bodies.count < count {
            await withCheckedContinuation { self.waiter = (count, $0) }
        }
        return self.bodies
    }
}
