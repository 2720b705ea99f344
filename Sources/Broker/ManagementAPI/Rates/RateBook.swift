import Core
import Messaging
import NIOConcurrencyHelpers

/// The two newest samples of all counters, from which rates are computed, and what came before.
///
/// Written by ``RateSampler`` and read by every request, so guarded by a lock; what is read is a
/// copy, which shares its memory.
package final class RateBook: Sendable {
    private struct State {
        var rates = Rates()
        var history = HistoryBook()
        /// Whether somebody asked since the last sample.
        var isAsked = false
        /// Whether no samples are taken until somebody asks.
        var isResting = false
    }

    private let state = NIOLockedValueBox(State())
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    package init() {
        (self.wakes, self.wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The rates for a request; whoever sleeps until there is one wakes up.
    package var current: Rates {
        let (rates, wasResting) = self.state.withLockedValue { state in
            state.isAsked = true
            return (state.rates, exchange(&state.isResting, with: false))
        }
        if wasResting { self.wake.yield() }
        return rates
    }

    /// How a queue's counters moved, and until when that is known.
    func history(of queue: QueueID) -> (samples: [HistoryBook.Sample], until: Timestamp?) {
        _ = self.current  // Who asks for what was is interested in what comes, too.
        return self.state.withLockedValue { state in
            (state.history.samples(of: queue), state.history.latestAt)
        }
    }

    /// Makes a sample the newest one.
    ///
    /// - Returns: Whether somebody asked since the one before.
    @discardableResult
    package func take(_ sample: CounterSample) -> Bool {
        let former = self.state.withLockedValue { $0.rates }
        let rates = Rates(former, sample)
        return self.state.withLockedValue { state in
            state.rates = rates
            state.history.add(sample)
            return exchange(&state.isAsked, with: false)
        }
    }

    /// Whether nobody takes samples until somebody asks.
    package var isResting: Bool { self.state.withLockedValue { $0.isResting } }

    /// Forgets all samples, which would be too old for a rate, and waits until somebody asks.
    func rest() async {
        let isAsked = self.state.withLockedValue { state in
            state.isResting = !state.isAsked
            if state.isResting { state.rates = Rates() }
            return state.isAsked
        }
        guard !isAsked else { return }
        var wakes = self.wakes.makeAsyncIterator()
        await wakes.next()
    }
}

/// What happened a second between two samples; nothing is known before the second one.
package struct Rates: Sendable {
    private var former: CounterSample?
    private var latest: CounterSample?
    private var formerQueues: [QueueID: Int] = [:]
    private var latestQueues: [QueueID: Int] = [:]
    private var traffic: [ConnectionID: TrafficRates] = [:]

    init() {}

    init(_ before: Rates, _ sample: CounterSample) {
        self.former = before.latest
        self.formerQueues = before.latestQueues
        self.latest = sample
        self.latestQueues = Dictionary(
            uniqueKeysWithValues: sample.queues.enumerated().map { ($0.element.id, $0.offset) })
        self.traffic = self.trafficRates
    }

    /// The rates of one connection's socket; nil while it was sampled less than twice.
    func traffic(_ id: ConnectionID) -> TrafficRates? { self.traffic[id] }

    private var trafficRates: [ConnectionID: TrafficRates] {
        guard let former, let latest, self.seconds > 0 else { return [:] }
        let before = Dictionary(uniqueKeysWithValues: former.connections.map { ($0.id, $0) })
        var rates: [ConnectionID: TrafficRates] = [:]
        for after in latest.connections {
            guard let before = before[after.id] else { continue }
            rates[after.id] = TrafficRates(
                received: Double(after.receivedBytes &- before.receivedBytes) / self.seconds,
                sent: Double(after.sentBytes &- before.sentBytes) / self.seconds)
        }
        return rates
    }

    /// The rates of one queue; nil while it was sampled less than twice.
    func queue(_ id: QueueID) -> QueueRates? {
        guard let former, let latest, let before = self.formerQueues[id],
            let after = self.latestQueues[id]
        else { return nil }
        return QueueRates(former.queues[before], latest.queues[after], seconds: self.seconds)
    }

    /// The rates of everything together, gone queues and connections included.
    var totals: TotalRates? {
        guard let former, let latest, self.seconds > 0 else { return nil }
        return TotalRates(former, latest, seconds: self.seconds)
    }

    private var seconds: Double {
        guard let former, let latest else { return 0 }
        return Double(latest.at.microseconds(since: former.at)) / 1_000_000
    }
}

/// Bytes that went over one socket a second.
struct TrafficRates {
    let received: Double
    let sent: Double
}

/// What happened to one queue a second.
struct QueueRates {
    let ready: Double
    let unacked: Double
    let messages: MessageRates

    fileprivate init?(_ before: QueueCounters, _ after: QueueCounters, seconds: Double) {
        guard seconds > 0 else { return nil }
        self.ready = Double(after.ready - before.ready) / seconds
        self.unacked = Double(after.unacked - before.unacked) / seconds
        self.messages = MessageRates(before.tally, after.tally, seconds: seconds)
    }
}

/// What happened to everything a second.
struct TotalRates {
    let ready: Double
    let unacked: Double
    let published: Double
    let unroutable: Double
    let messages: MessageRates

    fileprivate init(_ before: CounterSample, _ after: CounterSample, seconds: Double) {
        func rate(_ value: (CounterSample) -> Int) -> Double {
            Double(value(after) - value(before)) / seconds
        }
        self.ready = rate { $0.queues.reduce(0) { $0 + $1.ready } }
        self.unacked = rate { $0.queues.reduce(0) { $0 + $1.unacked } }
        self.published = rate { Int($0.totals.published) }
        self.unroutable = rate { Int($0.totals.unroutable) }
        self.messages = MessageRates(
            before.totals.queues, after.totals.queues, seconds: seconds)
    }
}

/// What happened to messages a second; worked out as it is asked for.
struct MessageRates {
    private let before: QueueTally
    private let after: QueueTally
    private let seconds: Double

    init(_ before: QueueTally, _ after: QueueTally, seconds: Double) {
        self.before = before
        self.after = after
        self.seconds = seconds
    }

    /// nil when the count went back, as that of another queue of the same name does.
    subscript(count: MessageCount) -> Double? {
        let (old, new) = (self.before[count], self.after[count])
        return new < old ? nil : Double(new - old) / self.seconds
    }
}

/// What RabbitMQ counts of messages, by its names.
enum MessageCount: String {
    case ack
    case deliver, deliver_get, deliver_no_ack
    case get, get_empty, get_no_ack
    case publish
    case redeliver
}

extension QueueTally {
    subscript(count: MessageCount) -> UInt64 {
        switch count {
        case .ack: self.acked
        case .deliver: self.delivered - self.got - (self.deliveredWithoutAck - self.gotWithoutAck)
        case .deliver_get: self.delivered
        case .deliver_no_ack: self.deliveredWithoutAck - self.gotWithoutAck
        case .get: self.got - self.gotWithoutAck
        case .get_empty: self.gotNothing
        case .get_no_ack: self.gotWithoutAck
        case .publish: self.published
        case .redeliver: self.redelivered
        }
    }
}

extension JSONWriter {
    /// `message_stats`, each count with its rate where that is known.
    mutating func messageStats(_ tally: QueueTally, _ rates: MessageRates?) {
        self.count("ack", tally[.ack], rates?[.ack])
        self.count("deliver", tally[.deliver], rates?[.deliver])
        self.count("deliver_get", tally[.deliver_get], rates?[.deliver_get])
        self.count("deliver_no_ack", tally[.deliver_no_ack], rates?[.deliver_no_ack])
        self.count("get", tally[.get], rates?[.get])
        self.count("get_empty", tally[.get_empty], rates?[.get_empty])
        self.count("get_no_ack", tally[.get_no_ack], rates?[.get_no_ack])
        self.count("redeliver", tally[.redeliver], rates?[.redeliver])
    }

    /// A count and, as `…_details`, what it grew by a second; left out while that is not known.
    mutating func count(_ name: StaticString, _ value: UInt64, _ rate: Double?) {
        self.field(name, value)
        self.rate(name, rate)
    }

    mutating func count(_ name: StaticString, _ value: Int, _ rate: Double?) {
        self.field(name, value)
        self.rate(name, rate)
    }

    private mutating func rate(_ name: StaticString, _ rate: Double?) {
        guard let rate else { return }
        self.key(name, "_details")
        self.object { $0.field("rate", rate) }
    }
}
