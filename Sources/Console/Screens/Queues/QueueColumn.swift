import BrokerLink
import Canvas
import Messaging

/// A column of the list of queues.
package enum QueueColumn: Hashable, Sendable, CaseIterable {
    case name, ready, unacked, publishRate, consumeRate, oldest, drain
    case processingP50, processingP99, consumers, dead, features, depthSeries

    var title: String {
        switch self {
        case .name: "NAME"
        case .ready: "READY"
        case .unacked: "UNACK"
        case .publishRate: "IN/s"
        case .consumeRate: "OUT/s"
        case .oldest: "OLDEST"
        case .drain: "DRAIN"
        case .processingP50: "PROC p50"
        case .processingP99: "p99"
        case .consumers: "CONS"
        case .dead: "DEAD"
        case .features: "FEATURES"
        case .depthSeries: "LAST 2 MIN"
        }
    }

    /// The title where the full one does not fit.
    var shortTitle: String { self == .depthSeries ? "2 MIN" : self.title }

    /// What help and palette call it.
    var words: String {
        switch self {
        case .name: "name"
        case .ready: "ready messages"
        case .unacked: "unacked messages"
        case .publishRate: "rate in"
        case .consumeRate: "rate out"
        case .oldest: "oldest message"
        case .drain: "time to drain"
        case .processingP50: "processing time, median"
        case .processingP99: "processing time, p99"
        case .consumers: "consumers"
        case .dead: "dead letters"
        case .features: "features"
        case .depthSeries: "depth over two minutes"
        }
    }

    /// The digit that sorts by it.
    var digit: Character? {
        guard let place = Self.allCases.firstIndex(of: self), place < 9 else { return nil }
        return Character(String(place + 1))
    }

    /// Columns that the list can be sorted by.
    static let sortable = Self.allCases.filter { ![.features, .depthSeries].contains($0) }

    /// - Parameters:
    ///   - nameColumns: Cells of the longest name.
    ///   - width: Cells of the whole table. The name is given two ninths (24 of 120) before any
    ///     other column fits, and two fifths before a series gets more than its least.
    func tableColumn(nameColumns: Int, width: Int) -> TableColumn<QueueColumn> {
        func right(_ cells: Int, rank: Int) -> TableColumn<QueueColumn> {
            TableColumn(self, self.title, width: cells, rank: rank)
        }
        return switch self {
        case .name:
            TableColumn(
                self, self.title, width: max(14, min(nameColumns, width * 2 / 9)),
                widthMax: min(nameColumns, max(24, width * 2 / 5)), alignment: .left, rank: 0)
        case .ready: right(7, rank: 1)
        case .unacked: right(5, rank: 5)
        case .publishRate: right(6, rank: 3)
        case .consumeRate: right(6, rank: 4)
        case .oldest: right(7, rank: 2)
        case .drain: right(7, rank: 8)
        case .processingP50: right(8, rank: 11)
        case .processingP99: right(7, rank: 9)
        case .consumers: right(4, rank: 7)
        case .dead: right(5, rank: 6)
        case .features:
            TableColumn(
                self, self.title, width: 9, widthMax: 24, alignment: .left, rank: 12)
        case .depthSeries:
            TableColumn(
                self, self.title, width: 8, widthMax: SampleHistory.pointCountMax,
                alignment: .left, rank: 10)
        }
    }
}

extension QueueColumn {
    /// The cell of a queue as text, in at most so many cells; empty for the series.
    func text(of queue: QueueTrend, columns: Int) -> String {
        let sample = queue.sample
        switch self {
        case .name: return sample.name.text
        case .ready: return Figures.count(sample.knownReady, columns: columns)
        case .unacked: return Figures.count(sample.knownUnacked, columns: columns)
        case .publishRate:
            guard let rates = queue.rates else { return Figures.none }
            let room = rates.isPublishedDerived ? columns - 1 : columns
            return Figures.measured(rates.published) { Figures.bareRate($0, columns: room) }
        case .consumeRate:
            return Figures.bareRate(queue.rates?.consumedPerSecond, columns: columns)
        case .oldest: return Figures.duration(queue.oldestMicroseconds)
        case .drain: return queue.drain.text
        case .processingP50:
            // Where nobody measures it, the mean is the best that is known of its middle.
            if case .unavailable = sample.processing {
                return Figures.duration(sample.processingMeanMicroseconds)
            }
            return Figures.duration(sample.processing.map { $0?.p50 })
        case .processingP99: return Figures.duration(sample.processing.map { $0?.p99 })
        case .consumers: return Figures.count(sample.knownConsumers, columns: columns)
        case .dead:
            return Figures.measured(sample.dead) { Figures.count($0, columns: columns) }
        case .features:
            let promise = [sample.flow.promise?.tag].compactMap { $0 }
            return (promise + [sample.features.words]).joined(separator: " ")
        case .depthSeries: return ""
        }
    }

    /// What a cell's figure means, beside what it says in words.
    func style(of queue: QueueTrend) -> Style {
        switch self {
        case .name: return queue.alarm == nil ? .plain : Style(ink: .text, attributes: .bold)
        case .drain: return queue.drain == .never && queue.alarm != nil ? .danger : .plain
        case .dead: return (queue.sample.dead.value ?? 0) > 0 ? .warning : .muted
        case .consumers:
            if case .noConsumer = queue.alarm { return .danger }
            return .plain
        case .oldest:
            if case .stuckConsumer = queue.alarm { return .danger }
            return .plain
        case .features: return .muted
        case .depthSeries: return Style(ink: .gradient(.depth, 70))
        case .ready, .unacked, .publishRate, .consumeRate, .processingP50, .processingP99:
            return .plain
        }
    }

    /// What the list is sorted by; queues without it come last.
    ///
    /// Figures are read one by one where they stand: a copy of the sample would cost more.
    @inline(__always)
    func sortKey(of queue: QueueTrend) -> Double? {
        switch self {
        case .name, .features, .depthSeries: return nil
        case .ready: return queue.sample.knownReady.map(Double.init)
        case .unacked: return queue.sample.knownUnacked.map(Double.init)
        case .publishRate: return queue.rates?.publishedPerSecond
        case .consumeRate: return queue.rates?.consumedPerSecond
        case .oldest:
            let ready = queue.sample.oldestReadyMicroseconds.figure ?? nil
            let unacked = queue.sample.oldestUnackedMicroseconds.figure ?? nil
            guard let age = ready ?? unacked else { return nil }
            return Double(max(age, unacked ?? age))
        case .drain: return queue.drain.sortKey
        case .processingP50:
            if case .unavailable = queue.sample.processing {
                return (queue.sample.processingMeanMicroseconds.figure ?? nil).map(Double.init)
            }
            return (queue.sample.processing.figure ?? nil).map { Double($0.p50) }
        case .processingP99:
            return (queue.sample.processing.figure ?? nil).map { Double($0.p99) }
        case .consumers: return queue.sample.knownConsumers.map(Double.init)
        case .dead: return queue.sample.dead.figure.map(Double.init)
        }
    }
}

extension Measured {
    /// The same as ``value``, which is a slow call where ten thousand queues are looked at:
    /// generic code of another room is not specialised here.
    @inline(__always)
    var figure: Value? {
        switch self {
        case .exact(let value), .approximate(let value, _), .derived(let value, _): value
        case .unavailable: nil
        }
    }
}

extension DrainEstimate {
    package var text: String {
        switch self {
        case .empty, .unknown: Figures.none
        case .seconds(let seconds): Figures.duration(seconds: seconds)
        case .steady: "steady"
        case .never: "never"
        }
    }

    fileprivate var sortKey: Double? {
        switch self {
        case .empty, .unknown: nil
        case .seconds(let seconds): seconds
        case .steady: 1e300
        case .never: .infinity
        }
    }
}
