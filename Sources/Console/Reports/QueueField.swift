import BrokerLink
import Messaging
import Screens

/// A column of the list of queues, by the name that `--columns` and `--sort` know.
package enum QueueField: String, CaseIterable, Sendable {
    case name, ready, unacked, published, consumed, oldest, drain, p50, p99, consumers, dead
    case size, waiting, type, features, guarantee, alarm

    /// What is shown when nobody chooses, without rates and with them.
    package static let usual: [QueueField] = [
        .name, .ready, .unacked, .oldest, .p50, .p99, .consumers, .dead, .size, .features,
    ]
    /// The same with rates.
    package static let usualWithRates: [QueueField] = [
        .name, .ready, .unacked, .published, .consumed, .oldest, .drain, .p50, .p99, .consumers,
        .dead, .features,
    ]

    /// Those with text, which sort upwards by nature.
    var isFigure: Bool { ![.name, .type, .features, .guarantee, .alarm].contains(self) }

    var column: ReportTable.Column {
        func figure(_ title: String, _ rank: Int) -> ReportTable.Column {
            .init(title, rank: rank)
        }
        return switch self {
        case .name: .init("NAME", isFigure: false, mayShrink: true, rank: 0)
        case .ready: figure("READY", 1)
        case .unacked: figure("UNACK", 5)
        case .published: figure("IN/s", 3)
        case .consumed: figure("OUT/s", 4)
        case .oldest: figure("OLDEST", 2)
        case .drain: figure("DRAIN", 6)
        case .p50: figure("PROC p50", 11)
        case .p99: figure("PROC p99", 9)
        case .consumers: figure("CONS", 7)
        case .dead: figure("DEAD", 8)
        case .size: figure("SIZE", 10)
        case .waiting: figure("WAIT", 12)
        case .type: .init("TYPE", isFigure: false, rank: 13)
        case .features: .init("FEATURES", isFigure: false, rank: 14)
        case .guarantee: .init("GUARANTEE", isFigure: false, rank: 15)
        case .alarm: .init("ALARM", isFigure: false, mayShrink: true, rank: 16)
        }
    }

    func cell(of queue: QueueTrend) -> ReportTable.Cell {
        let sample = queue.sample
        func rate(_ perSecond: Double?) -> ReportTable.Cell {
            .init(perSecond.map { Figures.bareRate($0, columns: 12) } ?? Figures.none)
        }
        return switch self {
        case .name: .init(sample.name.text)
        case .ready: .init(Figures.count(sample.knownReady))
        case .unacked: .init(Figures.count(sample.knownUnacked))
        case .published:
            .init(
                queue.rates.map {
                    Figures.measured($0.published) { Figures.bareRate($0, columns: 12) }
                } ?? Figures.none)
        case .consumed: rate(queue.rates?.consumedPerSecond)
        case .oldest: .init(Figures.duration(queue.oldestMicroseconds))
        case .drain:
            .init(queue.drain.text, queue.drain == .never && queue.alarm != nil ? .danger : .plain)
        case .p50: .init(Self.p50(of: sample))
        case .p99: .init(Figures.duration(sample.processing.map { $0?.p99 }))
        case .consumers: .init(Figures.count(sample.knownConsumers), self.consumerEmphasis(queue))
        case .dead:
            .init(
                Figures.count(sample.dead), (sample.dead.value ?? 0) > 0 ? .warning : .muted)
        case .size: .init(Figures.bytes(sample.knownReadyBytes))
        case .waiting: .init(Figures.count(sample.waiting))
        case .type: .init(sample.features.typeName)
        case .features: .init(sample.features.words, .muted)
        case .guarantee: .init(sample.flow.promise?.words ?? Figures.none)
        case .alarm: .init(queue.alarmSentence ?? Figures.none, .danger)
        }
    }

    /// Where nobody measures it, the mean is the best that is known of its middle.
    static func p50(of sample: QueueSample) -> String {
        guard case .unavailable = sample.processing else {
            return Figures.duration(sample.processing.map { $0?.p50 })
        }
        return Figures.duration(sample.processingMeanMicroseconds)
    }

    private func consumerEmphasis(_ queue: QueueTrend) -> ReportTable.Emphasis {
        if case .noConsumer = queue.alarm { return .danger }
        return .plain
    }

    /// What figures are sorted by; nil for what is not known, which comes last.
    func figure(of queue: QueueTrend) -> Double? {
        let sample = queue.sample
        return switch self {
        case .name, .type, .features, .guarantee, .alarm: nil
        case .ready: sample.knownReady.map(Double.init)
        case .unacked: sample.knownUnacked.map(Double.init)
        case .published: queue.rates?.publishedPerSecond
        case .consumed: queue.rates?.consumedPerSecond
        case .oldest: (queue.oldestMicroseconds.value ?? nil).map { Double($0) }
        case .drain: queue.drain.seconds
        case .p50:
            (sample.processing.value ?? nil).map { Double($0.p50) }
                ?? (sample.processingMeanMicroseconds.value ?? nil).map { Double($0) }
        case .p99: (sample.processing.value ?? nil).map { Double($0.p99) }
        case .consumers: sample.knownConsumers.map(Double.init)
        case .dead: sample.dead.value.map { Double($0) }
        case .size: sample.knownReadyBytes.map(Double.init)
        case .waiting: Double(sample.waiting)
        }
    }
}

extension QueueFeatures {
    var typeName: String {
        if self.contains(.stream) { return "stream" }
        return self.contains(.quorum) ? "quorum" : "classic"
    }
}

extension DrainEstimate {
    /// Seconds until it is empty; infinite when it never is, nil when there is nothing to say.
    var seconds: Double? {
        switch self {
        case .empty, .unknown: nil
        case .seconds(let seconds): seconds
        case .steady, .never: .infinity
        }
    }
}
