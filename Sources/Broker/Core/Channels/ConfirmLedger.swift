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

    /// Lets those go whose commit is durable; ``flush(_:)`` tells the client.
    mutating func durable(upTo commit: CommitNumber) {
        let kept = self.waiting.firstIndex { $0.commit > commit } ?? self.waiting.count
        self.waiting.removeFirst(kept)
    }

    /// Hands out what can be confirmed now.
    ///
    /// - Parameter send: The tag, and whether it stands for all before it too.
    mutating func flush(_ send: (DeliveryTag, Bool) -> Void) {
        // Up to the first that waits one confirm stands for all; that some of them were told
        // of one by one before does no harm.
        let confirmed = (self.waiting.first?.first ?? self.next) - 1
        if confirmed > self.told {
            send(DeliveryTag(confirmed), confirmed > self.told + 1)
            self.told = confirmed
        }
        // Behind it, those that do not wait are confirmed one by one, each once.
        var number = max(self.toldAhead, self.told) + 1
        for run in self.waiting {
            while number < run.first {
                send(DeliveryTag(number), false)
                number += 1
            }
            number = max(number, run.last + 1)
        }
        while number < self.next {
            send(DeliveryTag(number), false)
            number += 1
        }
        self.toldAhead = self.next - 1
    }
}
