import Core
import Messaging
import Synchronization

/// What was settled with a client when it connected.
package struct ConnectionTerms: Hashable, Sendable {
    /// How it logged in, such as `PLAIN`.
    package var mechanism: String
    package var channelsMax: UInt16
    package var frameBytesMax: UInt32
    package var heartbeatSeconds: UInt16
    /// Whether it came over TLS.
    package var isSecure: Bool

    package init(
        mechanism: String, channelsMax: UInt16, frameBytesMax: UInt32, heartbeatSeconds: UInt16,
        isSecure: Bool
    ) {
        self.mechanism = mechanism
        self.channelsMax = channelsMax
        self.frameBytesMax = frameBytesMax
        self.heartbeatSeconds = heartbeatSeconds
        self.isSecure = isSecure
    }
}

/// Counts what goes over one client's socket: once a read and once a write, whatever is in them.
///
/// Written on the socket's loop and read on the engine's; each number stands for itself, so none
/// has to be seen in an order.
package final class SocketMeter: Sendable {
    package let terms: ConnectionTerms
    private let connectedAtMicroseconds = Atomic<Int64>(0)
    private let receivedBytes: Atomic<UInt64>
    private let sentBytes: Atomic<UInt64>
    private let reads: Atomic<UInt64>
    private let writes: Atomic<UInt64>

    /// - Parameter before: What went over it until its terms were settled.
    package init(_ terms: ConnectionTerms, before: SocketTraffic) {
        self.terms = terms
        self.receivedBytes = Atomic(before.receivedBytes)
        self.sentBytes = Atomic(before.sentBytes)
        self.reads = Atomic(before.reads)
        self.writes = Atomic(before.writes)
    }

    /// Counts one read.
    package func received(_ bytes: Int) {
        self.receivedBytes.wrappingAdd(UInt64(bytes), ordering: .relaxed)
        self.reads.wrappingAdd(1, ordering: .relaxed)
    }

    /// Counts one write.
    package func sent(_ bytes: Int) {
        self.sentBytes.wrappingAdd(UInt64(bytes), ordering: .relaxed)
        self.writes.wrappingAdd(1, ordering: .relaxed)
    }

    func connected(at moment: Timestamp) {
        self.connectedAtMicroseconds.store(moment.microseconds, ordering: .relaxed)
    }

    var figures: SocketFigures {
        SocketFigures(
            terms: self.terms,
            connectedAt: Timestamp(
                microseconds: self.connectedAtMicroseconds.load(ordering: .relaxed)),
            traffic: SocketTraffic(
                receivedBytes: self.receivedBytes.load(ordering: .relaxed),
                sentBytes: self.sentBytes.load(ordering: .relaxed),
                reads: self.reads.load(ordering: .relaxed),
                writes: self.writes.load(ordering: .relaxed)))
    }
}

/// What went over a socket so far.
package struct SocketTraffic: Hashable, Sendable {
    package var receivedBytes: UInt64
    package var sentBytes: UInt64
    package var reads: UInt64
    package var writes: UInt64

    package init(
        receivedBytes: UInt64 = 0, sentBytes: UInt64 = 0, reads: UInt64 = 0, writes: UInt64 = 0
    ) {
        self.receivedBytes = receivedBytes
        self.sentBytes = sentBytes
        self.reads = reads
        self.writes = writes
    }
}

/// One client's socket at one moment.
package struct SocketFigures: Hashable, Sendable {
    package var terms: ConnectionTerms
    package var connectedAt: Timestamp
    package var traffic: SocketTraffic
}

extension ConnectionOutlet {
    /// Those that have no socket count nothing.
    package var meter: SocketMeter? { nil }
}

extension Engine {
    /// The sockets of those clients that have one.
    package var sockets: [ConnectionID: SocketFigures] {
        self.outlets.compactMapValues { $0.meter?.figures }
    }

    /// The counters of everything at this moment, for rates.
    package func counters() -> CounterSample {
        var sample = self.snapshot { broker, now in broker.counters(now: now) }
        for index in sample.connections.indices {
            guard let socket = self.outlets[sample.connections[index].id]?.meter?.figures else {
                continue
            }
            sample.connections[index].receivedBytes = socket.traffic.receivedBytes
            sample.connections[index].sentBytes = socket.traffic.sentBytes
        }
        return sample
    }
}
