import Messaging

/// Transactions of one channel: publishes and settles wait until the commit (AMQP 0-9-1, the
/// class `tx`). As in RabbitMQ they are atomic for one queue only, and a message is routed when
/// it is published.
extension Broker {
    mutating func selectTransactions(on channel: Int) throws(Fault) {
        guard !self.channels[channel].isConfirming else {
            throw Fault(.preconditionFailed, "cannot switch from confirm to tx mode")
        }
        if self.channels[channel].transaction == nil {
            self.channels[channel].transaction = Transaction()
        }
    }

    /// Does what the transaction holds; `tx.commit-ok` follows once that is durable.
    ///
    /// - Returns: The reply, unless it has to wait.
    mutating func commitTransaction(on channel: Int, now: Timestamp) throws(Fault) -> Reply? {
        let transaction = try self.beginTransactionAnew(on: channel)
        var outcome = PublishOutcome.safe
        for publish in transaction.publishes {
            outcome.join(self.perform(publish, on: channel, now: now))
        }
        let wasFull = transaction.settledCount > 0
        for settle in transaction.settles {
            self.perform(settle, on: channel, now: now)
        }
        if wasFull { self.markQueuesDue(of: channel) }
        guard outcome != .refused else {
            throw Fault(.preconditionFailed, "partial tx completion")
        }
        // The open commit holds its settles too.
        guard outcome == .waiting || self.due.hasCommit else { return .transactionCommitted }
        self.channels[channel].commits.append(self.openCommit)
        self.due.isCommitAwaited = true
        self.noteConfirm(channel)
        return nil
    }

    /// Forgets the publishes, and holds the deliveries as unacked again.
    mutating func rollBackTransaction(on channel: Int) throws(Fault) {
        let transaction = try self.beginTransactionAnew(on: channel)
        self.channels[channel].unacked.putBack(transaction.settles.flatMap(\.deliveries))
    }

    private mutating func beginTransactionAnew(on channel: Int) throws(Fault) -> Transaction {
        guard let transaction = self.channels[channel].transaction else {
            throw Fault(.preconditionFailed, "channel is not transactional")
        }
        self.channels[channel].transaction = Transaction()
        return transaction
    }

    // MARK: Publishes

    /// Keeps a message until the commit.
    mutating func addToTransaction(
        _ message: PublishedMessage, to targets: [Int], _ replies: [[UInt8]],
        _ delays: [Delay], _ traits: PublishTraits, on channel: Int
    ) throws(Fault) {
        let kept = KeptMessage(message, traits, gauge: self.gauge)
        let held = self.channels[channel].transaction?.bytes ?? 0
        guard held + kept.bytes <= Limits.transactionBytesMax else {
            throw Fault(
                .preconditionFailed,
                "transaction holds more than \(Limits.transactionBytesMax) bytes; commit more "
                    + "often")
        }
        let target = Transaction.Targets(
            queues: targets.map { self.queues[$0].id }, replies: replies,
            delays: delays.map { (self.exchanges[$0.exchange].name, $0.milliseconds) })
        self.channels[channel].transaction?.bytes += kept.bytes
        self.channels[channel].transaction?.publishes.append(
            Transaction.Publish(target: target, message: kept))
    }

    private mutating func perform(
        _ publish: Transaction.Publish, on channel: Int, now: Timestamp
    ) -> PublishOutcome {
        self.channels[channel].publishedTotal += 1
        let targets = publish.target.queues.compactMap { self.queueSlot($0) }
        // A queue that went since is no reason to return it: it was routable.
        let delays = self.delays(publish.target, in: self.host(of: channel))
        guard !targets.isEmpty || !delays.isEmpty || publish.target.isNowhere else {
            return .safe
        }
        return publish.message.withMessage { message in
            self.accept(
                message, to: targets, publish.target.replies, delays, publish.message.traits,
                on: channel, now: now)
        }
    }

    // MARK: Settles

    /// Keeps deliveries out of the channel's list until the commit says what becomes of them.
    mutating func addToTransaction(
        _ deliveries: [Unacked], _ outcome: Transaction.Settle.Outcome, on channel: Int
    ) {
        self.channels[channel].transaction?.settledCount += deliveries.count
        self.channels[channel].transaction?.settles.append(
            Transaction.Settle(outcome: outcome, deliveries: deliveries))
    }

    private mutating func perform(
        _ settle: Transaction.Settle, on channel: Int, now: Timestamp
    ) {
        switch settle.outcome {
        case .ack:
            for delivery in settle.deliveries { self.acked(delivery, on: channel, now: now) }
        case .requeue:
            self.nacked(settle.deliveries, isRequeue: true, on: channel, now: now)
        case .discard:
            self.nacked(settle.deliveries, isRequeue: false, on: channel, now: now)
        }
    }
}
