import Messaging

/// What only a stream has, at the moment of its ``QueueSample``.
package struct StreamSample: Equatable, Sendable {
    /// The offset of the first message that is left; ``nextOffset`` when none is. Nil when the
    /// broker does not tell.
    package var firstOffset: UInt64?
    /// The offset that the next message gets; nil when the broker does not tell.
    package var nextOffset: UInt64?
    /// How old messages get, and how many bytes are kept; nil is without end.
    package var ageMaxMicroseconds: Int64?
    package var bytesMax: UInt64?
    package var groups: Measured<Int>
    /// Messages that the slowest consumer group has not acked; nil without groups.
    package var lagMax: Measured<UInt64?>
    /// Messages that were dropped before groups read them, all together.
    package var lost: Measured<UInt64>

    package init(
        firstOffset: UInt64? = 0, nextOffset: UInt64? = 0, ageMaxMicroseconds: Int64? = nil,
        bytesMax: UInt64? = nil, groups: Int = 0, lagMax: UInt64? = nil, lost: UInt64 = 0
    ) {
        self.firstOffset = firstOffset
        self.nextOffset = nextOffset
        self.ageMaxMicroseconds = ageMaxMicroseconds
        self.bytesMax = bytesMax
        self.groups = .exact(groups)
        self.lagMax = .exact(lagMax)
        self.lost = .exact(lost)
    }

    /// Of a broker that knows nothing of consumer groups, for that reason.
    package init(
        ageMaxMicroseconds: Int64?, bytesMax: UInt64?, groupsUnknownBecause reason: String
    ) {
        self.init(
            firstOffset: nil, nextOffset: nil, ageMaxMicroseconds: ageMaxMicroseconds,
            bytesMax: bytesMax)
        self.groups = .unavailable(because: reason)
        self.lagMax = .unavailable(because: reason)
        self.lost = .unavailable(because: reason)
    }
}

/// How far a consumer group has read a stream, whether somebody reads for it now or not.
package struct StreamGroup: Equatable, Sendable {
    package var name: String
    /// The first offset that it has not acked.
    package var nextOffset: UInt64
    /// Messages from there on that are left.
    package var lag: UInt64
    /// How long ago the first of them came, or shortly before it; nil without lag.
    package var lagMicroseconds: Int64?
    /// Messages that were dropped before the group read them.
    package var lost: UInt64
    /// Its consumers: one of them reads, the others stand by.
    package var consumers: Int

    package init(
        name: String, nextOffset: UInt64, lag: UInt64 = 0, lagMicroseconds: Int64? = nil,
        lost: UInt64 = 0, consumers: Int = 0
    ) {
        self.name = name
        self.nextOffset = nextOffset
        self.lag = lag
        self.lagMicroseconds = lagMicroseconds
        self.lost = lost
        self.consumers = consumers
    }
}

/// Where a consumer reads a stream.
package struct StreamReader: Equatable, Sendable {
    package var group: String?
    /// The offset that it is sent next.
    package var nextOffset: UInt64
    /// Messages from there on that are left.
    package var lag: UInt64
    /// Messages that were dropped before it was sent them.
    package var lost: UInt64

    package init(group: String? = nil, nextOffset: UInt64, lag: UInt64 = 0, lost: UInt64 = 0) {
        self.group = group
        self.nextOffset = nextOffset
        self.lag = lag
        self.lost = lost
    }
}

/// A place in a stream to begin at.
package enum StreamPlace: Hashable, Sendable {
    /// The first message that is left.
    case first
    /// The newest one.
    case last
    /// The one with that offset, or the first behind it that is left.
    case offset(UInt64)
    /// The first one that came at that moment or later.
    case time(Timestamp)
}

/// Which part of a stream to copy into a queue, and how fast.
package struct ReplayRequest: Hashable, Sendable {
    package var stream: QueueName
    /// Where it begins; it ends with what is there when it begins.
    package var from: StreamPlace
    package var target: QueueName
    /// Messages a second; nil is as fast as it goes.
    package var perSecondMax: Int?

    package init(
        stream: QueueName, from: StreamPlace, target: QueueName, perSecondMax: Int? = nil
    ) {
        self.stream = stream
        self.from = from
        self.target = target
        self.perSecondMax = perSecondMax
    }
}

/// What a replay has done so far.
package struct ReplayReport: Equatable, Sendable {
    package var copied: Int
    /// Messages that retention dropped before it was their turn.
    package var lost: UInt64
    /// Messages that are left to copy, as far as that is known.
    package var left: UInt64?

    package init(copied: Int = 0, lost: UInt64 = 0, left: UInt64? = nil) {
        self.copied = copied
        self.lost = lost
        self.left = left
    }
}

/// How far a replay has come.
package enum ReplayEvent: Equatable, Sendable {
    case progress(ReplayReport)
    case finished(ReplayReport)
    /// It stopped; the report says what was done before.
    case failed(ReplayReport, LinkError)
}

/// How a replay stands, or how it ended.
package struct ReplayOutcome: Equatable, Sendable {
    /// Whether it still runs, and if not, why it ended.
    package enum Ending: Equatable, Sendable {
        case running, completed, stopped
        case failed(LinkError)
    }

    package var request: ReplayRequest
    package var report: ReplayReport
    package var ending: Ending

    package init(request: ReplayRequest, report: ReplayReport = .init(), ending: Ending) {
        self.request = request
        self.report = report
        self.ending = ending
    }
}
