import Messaging

/// Which publishes of one channel are confirmed, and which wait for a commit.
///
/// What needs no disk is confirmed in the batch that published it, even when an older publish
/// still waits. Runs of equal fate take one entry, so a ledger is short however much is in
/// flight.
struct ConfirmLedger {
    /// Consecutive publishes that wait for the same commit.
    private struct Run {
        var first: UInt64
        var last: UInt64
        var commit: CommitNumber
    }

    /// The number that the next publish gets, from 1.
    private var next: UInt64 = 1
    /// The client was told of every publish up to that one.
    private var told: UInt64 = 0
    /// Up to that one, it was told of every publish that did not wait.
    private var toldAhead: UInt64 = 0
    /// Those that wait, ascending in number and commit.
    private var waiting: [Run] = []
    /// Those that some queue refused and the client was not told of, ascending.
    private var refusals: [UInt64] = []
    /// Those that it was told of and that lie behind `told`, ascending: no confirm may name them.
    private var refusedAhead: [UInt64] = []

    var isWaiting: Bool { !self.waiting.isEmpty }

    /// Counts a publish: confirmed with the batch, or when `commit` is durable.
    mutating func published(waitingFor commit: CommitNumber?) {
        let number = self.next
        self.next += 1
        guard let commit else { return }
        if let last = self.waiting.indices.last, self.waiting[last].last == number - 1,
            self.waiting[last].commit == commit
        {
            self.waiting[last].last = number
        } else {
            self.waiting.append(Run(first: number, last: number, commit: commit))
        }
    }

    /// Counts a publish that some queue refused: it gets a nack with the batch.
    mutating func refused() {
        self.refusals.append(self.next)
        self.next += 1
    }

    /// Lets those go whose commit is durable; ``flush(_:)`` tells the client.
    mutating func durable(upTo commit: CommitNumber) {
        let kept = self.waiting.firstIndex { $0.commit > commit } ?? self.waiting.count
        self.waiting.removeFirst(kept)
    }

    /// One answer to a publisher.
    enum Answer {
        /// `isMultiple`: it stands for all before it too.
        case confirm(DeliveryTag, isMultiple: Bool)
        case reject(DeliveryTag)
    }

    /// Hands out what can be answered now.
    mutating func flush(_ send: (Answer) -> Void) {
        guard self.refusals.isEmpty else { return self.flushWithRefusals(send) }
        self.confirmAll(before: self.waiting.first?.first ?? self.next, send)
        // Behind it, those that do not wait are confirmed one by one, each once.
        var number = max(self.toldAhead, self.told) + 1
        for run in self.waiting {
            while number < run.first {
                send(.confirm(DeliveryTag(number), isMultiple: false))
                number += 1
            }
            number = max(number, run.last + 1)
        }
        while number < self.next {
            send(.confirm(DeliveryTag(number), isMultiple: false))
            number += 1
        }
        self.toldAhead = self.next - 1
    }

    /// Up to the first that waits or was refused one confirm stands for all; that some of them
    /// were told of one by one before does no harm. It may span a refused one, as RabbitMQ's may,
    /// but never names it.
    private mutating func confirmAll(before first: UInt64, _ send: (Answer) -> Void) {
        guard first - 1 > self.told else { return }
        var last = first - 1
        while let refused = self.refusedAhead.last(where: { $0 <= last }), refused == last {
            last -= 1
        }
        if last > self.told {
            send(.confirm(DeliveryTag(last), isMultiple: last > self.told + 1))
        }
        self.told = first - 1
        self.refusedAhead.removeAll { $0 < first }
    }

    /// The same where some were refused since the last time: each stands for itself behind them.
    private mutating func flushWithRefusals(_ send: (Answer) -> Void) {
        let refusals = exchange(&self.refusals, with: [])
        self.confirmAll(
            before: min(self.waiting.first?.first ?? self.next, refusals[0]), send)
        var refused = refusals.makeIterator()
        var nextRefused = refused.next()
        var number = max(self.toldAhead, self.told) + 1
        var waiting = self.waiting.makeIterator()
        var run = waiting.next()
        while number < self.next {
            if let current = run, number >= current.first {
                number = max(number, current.last + 1)
                run = waiting.next()
            } else {
                if number == nextRefused {
                    send(.reject(DeliveryTag(number)))
                    nextRefused = refused.next()
                } else {
                    send(.confirm(DeliveryTag(number), isMultiple: false))
                }
                number += 1
            }
        }
        self.toldAhead = self.next - 1
        if self.waiting.isEmpty {
            self.told = self.toldAhead
        } else {
            self.refusedAhead += refusals
        }
    }
}
