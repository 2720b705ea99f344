import Messaging

/// Deliveries that nobody acknowledges: their channel closes after a while, and they go to others.
extension Broker {
    /// Sets how long a delivery may stay unacked; nil is without end.
    package mutating func setConsumerTimeout(microseconds: Int64?, now: Timestamp) {
        self.consumerTimeoutMicroseconds = microseconds
        self.scheduleOverdueCheck()
    }

    /// Has the next batch's timers look at once, and from then on whenever something may be due.
    mutating func scheduleOverdueCheck() {
        self.setOverdueTimer(Timestamp(microseconds: 0))
    }

    /// There is one such timer; those that were set before are void.
    private mutating func setOverdueTimer(_ at: Timestamp) {
        self.overdueTimer = at
        self.timers.add(at, .overdue)
    }

    /// Closes the channels that hold a delivery for too long, and sets the timer for the next.
    ///
    /// What is delivered after this look is overdue after the shortest timeout at the earliest, so
    /// one timer is exact: the earliest of that and of what is unacked now.
    ///
    /// - Complexity: O(channels); O(unacked) while queues have timeouts of their own.
    mutating func endOverdueDeliveries(now: Timestamp) {
        guard let shortest = self.shortestTimeoutMicroseconds else { return }
        var next = now.adding(microseconds: shortest)
        let mayDiffer = self.queues.slots.contains {
            self.queues[$0].settings.consumerTimeoutMicroseconds != nil
        }
        for channel in self.channels.slots {
            guard let due = self.firstOverdue(of: channel, mayDiffer) else { continue }
            if due.at > now {
                next = min(next, due.at)
            } else {
                self.refuse(
                    .overdue(self.channels[channel].number, due.timeoutMicroseconds), .none,
                    on: channel, now: now)
            }
        }
        self.setOverdueTimer(next)
    }

    private var shortestTimeoutMicroseconds: Int64? {
        var shortest = self.consumerTimeoutMicroseconds
        for slot in self.queues.slots {
            guard let own = self.queues[slot].settings.consumerTimeoutMicroseconds else {
                continue
            }
            shortest = min(shortest ?? own, own)
        }
        return shortest
    }

    /// When the first of a channel's deliveries is overdue.
    ///
    /// - Parameter mayDiffer: Whether some queue has a timeout of its own.
    private func firstOverdue(
        of channel: Int, _ mayDiffer: Bool
    ) -> (at: Timestamp, timeoutMicroseconds: Int64)? {
        var first: (at: Timestamp, timeoutMicroseconds: Int64)?
        self.channels[channel].unacked.forEach { delivery in
            let own = self.queueSlot(delivery.queue)
                .flatMap { self.queues[$0].settings.consumerTimeoutMicroseconds }
            if let timeout = own ?? self.consumerTimeoutMicroseconds {
                let at = delivery.deliveredAt.adding(microseconds: timeout)
                if first.map({ at < $0.at }) ?? true { first = (at, timeout) }
            }
            // In the order of delivery: with one timeout for all, the first is the first.
            return mayDiffer
        }
        return first
    }
}

extension Fault {
    fileprivate static func overdue(_ channel: ChannelNumber, _ microseconds: Int64) -> Fault {
        Fault(
            .preconditionFailed,
            "delivery acknowledgement on channel \(channel.number) timed out. Timeout value "
                + "used: \(microseconds / 1_000) ms. This timeout value can be configured, see "
                + "consumers doc guide to learn more")
    }
}
