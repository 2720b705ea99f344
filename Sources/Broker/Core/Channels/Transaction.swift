import Messaging

/// What a transactional channel has asked for since its last commit or rollback (AMQP 0-9-1, the
/// class `tx`).
struct Transaction {
    /// A message that was routed and waits.
    struct Publish {
        var target: Targets
        var message: KeptMessage
    }

    /// Where it goes: slots and incarnations, because a queue may be gone by the commit.
    struct Targets {
        var queues: [QueueID]
        var replies: [[UInt8]]
        /// Exchanges in which it has to wait from the commit on, and for how long.
        var delays: [(exchange: ExchangeName, milliseconds: Int64)] = []

        /// It led to no queue when it was published.
        var isNowhere: Bool { self.queues.isEmpty && self.delays.isEmpty }
    }

    /// What is to become of deliveries, which are out of the channel's list meanwhile.
    struct Settle {
        enum Outcome { case ack, requeue, discard }
        var outcome: Outcome
        var deliveries: [Unacked]
    }

    var publishes: [Publish] = []
    var settles: [Settle] = []
    /// Bytes in `publishes`, with what keeping one takes besides its own.
    var bytes = 0
    /// Deliveries in `settles`.
    var settledCount = 0
}
