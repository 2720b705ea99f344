import Messaging

/// How often messages were returned, which quorum queues count.
///
/// A return is whatever makes a delivered message ready again: a reject or nack with requeue, a
/// recover, the end of its channel. The count is durable with the commit of the batch that
/// returns the message. The end of the process is no return: what was unacked then has the count
/// that it had before.
extension Broker {
    /// Counts deliveries that come back, and lets those die that have come back too often.
    ///
    /// - Returns: Those that are ready again.
    mutating func countReturns(
        of deliveries: ArraySlice<Unacked>, in slot: Int
    ) -> ArraySlice<Unacked> {
        let limit = self.queues[slot].settings.deliveryLimit ?? .max
        let id = self.queues[slot].id
        var ready: [Unacked] = []
        ready.reserveCapacity(deliveries.count)
        for var delivery in deliveries {
            if delivery.returns < .max { delivery.returns += 1 }
            guard Int64(delivery.returns) <= limit else {
                self.dieOfReturns(delivery, in: slot)
                continue
            }
            ready.append(delivery)
            self.note(
                durable: .note(id, .returns(of: delivery.position), delivery.returns.octets))
        }
        return ready[...]
    }

    /// The end of the batch dead-letters it, in the order of deaths.
    private mutating func dieOfReturns(_ delivery: Unacked, in slot: Int) {
        self.queues[slot].tally.returnedTooOften += 1
        guard self.queues[slot].settings.deadLetterExchange != nil else {
            self.settle(delivery, in: slot)
            return
        }
        self.queues[slot].deferred.deaths.append(
            DeferredWork.Death(delivery: delivery, reason: .deliveryLimit))
    }

    /// Forgets how often a message was returned that is gone.
    mutating func forgetReturns(of position: Position, in slot: Int) {
        self.note(durable: .note(self.queues[slot].id, .returns(of: position), nil))
    }

    /// The same for all that are ready in a queue.
    mutating func forgetReturnsOfReady(in slot: Int) {
        guard self.queues[slot].settings.type == .quorum else { return }
        for entry in self.queues[slot].requeued.all where entry.returns > 0 {
            self.forgetReturns(of: entry.position, in: slot)
        }
        for position in self.queues[slot].restoredReturns.keys.sorted() {
            self.forgetReturns(of: position, in: slot)
        }
    }

    /// Takes over what was noted of a message before a restart; the queue's log is there already.
    package mutating func restoreReturns(
        _ key: NoteKey, _ value: [UInt8], of slot: Int, now _: Timestamp
    ) {
        guard key.kind == .returns, let offset = UInt64(octets: key.bytes),
            let returns = UInt32(octets: value),
            self.queues[slot].log.mayHold(Position(offset))
        else { return }
        self.queues[slot].restoredReturns[Position(offset)] = returns
    }
}

extension NoteKey {
    static func returns(of position: Position) -> NoteKey {
        NoteKey(.returns, position.offset.octets)
    }
}

extension FixedWidthInteger {
    /// The number, the most significant octet first: a note may be read on another machine.
    var octets: [UInt8] { withUnsafeBytes(of: self.bigEndian) { Array($0) } }

    init?(octets: [UInt8]) {
        guard octets.count == Self.bitWidth / 8 else { return nil }
        self = octets.reduce(0) { $0 << 8 | Self($1) }
    }
}
