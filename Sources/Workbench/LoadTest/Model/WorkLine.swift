import Messaging

/// A consumer that works on one message after the other, each for its drawn time.
///
/// A message's work begins when it has come and the one before it is done:
/// ```
/// delivered   1 2      3
/// work        ├──1──┤├─2─┤   ├3┤      the line ends when the last one is done
/// ```
/// What is done is settled in order, so acks in a row become one ack of several.
package struct WorkLine: Sendable {
    /// What a consumer tells the broker.
    package enum Settlement: Hashable, Sendable {
        /// Everything up to this delivery that was not rejected.
        case ackUpTo(DeliveryTag)
        /// Without requeue.
        case reject(DeliveryTag)
    }

    private struct Job {
        var tag: DeliveryTag
        var done: Timestamp
        var fails: Bool
    }

    private let work: LoadWork
    private let failureShare: Double
    private var random: LoadRandom
    /// Jobs in order of their end; those before `first` are settled.
    private var jobs: [Job] = []
    private var first = 0

    package init(work: LoadWork, failureShare: Double, seed: UInt64) {
        self.work = work
        self.failureShare = failureShare
        self.random = LoadRandom(seed: seed)
    }

    /// When the message at work is done; nil when there is none.
    package var nextDone: Timestamp? {
        self.first < self.jobs.count ? self.jobs[self.first].done : nil
    }

    /// A message came.
    package mutating func delivered(_ tag: DeliveryTag, now: Timestamp) {
        let isIdle = self.first == self.jobs.count
        let begin = isIdle ? now : max(now, self.jobs[self.jobs.count - 1].done)
        self.jobs.append(
            Job(
                tag: tag, done: begin.adding(microseconds: self.drawWork()),
                fails: self.failureShare > 0 && self.random.happens(self.failureShare)))
    }

    /// Appends what is to be told to the broker about everything done by now.
    ///
    /// - Returns: How many messages were worked off well, and on how many the work failed.
    package mutating func settle(
        now: Timestamp, into settlements: inout [Settlement]
    ) -> (acked: Int, failed: Int) {
        var acked = 0
        var failed = 0
        var lastDone: DeliveryTag?
        while self.first < self.jobs.count, self.jobs[self.first].done <= now {
            let job = self.jobs[self.first]
            self.first += 1
            if job.fails {
                if let lastDone { settlements.append(.ackUpTo(lastDone)) }
                lastDone = nil
                settlements.append(.reject(job.tag))
                failed += 1
            } else {
                lastDone = job.tag
                acked += 1
            }
        }
        if let lastDone { settlements.append(.ackUpTo(lastDone)) }
        // Cut off in bulk what is settled: the cost stays constant a message.
        if self.first > 64, self.first * 2 > self.jobs.count {
            self.jobs.removeFirst(self.first)
            self.first = 0
        }
        return (acked, failed)
    }

    private mutating func drawWork() -> Int64 {
        let spread = self.work.spreadMicroseconds
        guard spread > 0 else { return self.work.meanMicroseconds }
        return self.work.meanMicroseconds - spread
            + Int64(self.random.draw(below: Int(2 * spread + 1)))
    }
}
