import BrokerLink
import Canvas
import Messaging
import Metering

/// What the summary pane says in figures.
struct QueueSummary {
    /// Columns in front of the percentiles.
    static let labelColumns = 16

    let trend: QueueTrend
    let detail: QueueDetail?
    let columns: Int

    /// Where the queue stands at this moment.
    var now: FigureFlow {
        let sample = self.trend.sample
        let rates = self.trend.rates
        if let stream = sample.stream { return self.now(of: stream) }
        return FigureFlow(
            [
                .init("ready", Figures.count(sample.knownReady), style: .accent),
                .init("unacked", Figures.count(sample.knownUnacked)),
                .init("in", rates.map { Figures.rate($0.published) } ?? Figures.none),
                .init("out", Figures.rate(rates?.consumedPerSecond)),
                .init("drain", self.trend.drain.text, style: self.drainStyle),
                .init("size", Figures.bytes(sample.knownReadyBytes)),
                .init("dead", Figures.count(sample.dead)),
            ] + self.waiting + [
                .init("oldest ready", Figures.duration(sample.oldestReadyMicroseconds)),
                .init("oldest unacked", self.oldestUnacked),
            ],
            columns: self.columns)
    }

    /// Where the stream stands: nothing leaves it by being read, so it has no drain and no unacked.
    private func now(of stream: StreamSample) -> FigureFlow {
        let sample = self.trend.sample
        let rates = self.trend.rates
        var figures: [FigureFlow.Figure] = [
            .init("messages", Figures.count(sample.knownReady), style: .accent),
            .init("first", stream.firstOffset.map { Figures.count($0) } ?? Figures.none),
            .init("next", stream.nextOffset.map { Figures.count($0) } ?? Figures.none),
            .init("in", Figures.rate(rates?.publishedPerSecond)),
            .init("size", Figures.bytes(sample.knownReadyBytes)),
            .init("oldest", Figures.duration(sample.oldestReadyMicroseconds)),
            .init("keeps", self.retention(of: stream)),
            .init("groups", Figures.count(stream.groups)),
            .init("lag", Figures.count(stream.lagMax.value ?? nil) + self.slowestGroup),
        ]
        if let lost = stream.lost.value, lost > 0 {
            figures.append(
                .init("lost to retention", Figures.count(lost), style: .danger))
        }
        return FigureFlow(figures, columns: self.columns)
    }

    /// Whose lag that is; nothing where it is not known.
    private var slowestGroup: String {
        guard let groups = self.detail?.groups.value ?? nil,
            let slowest = groups.max(by: { $0.lag < $1.lag }), slowest.lag > 0
        else { return "" }
        return " of \(slowest.name)"
    }

    private func retention(of stream: StreamSample) -> String {
        let limits = [
            stream.ageMaxMicroseconds.map { Figures.duration(microseconds: $0) },
            stream.bytesMax.map { Figures.bytes($0) },
        ].compactMap { $0 }
        return limits.isEmpty ? "everything" : limits.joined(separator: ", ")
    }

    /// Messages that wait for a retry, and when the next is due; nothing where none waits.
    private var waiting: [FigureFlow.Figure] {
        let sample = self.trend.sample
        guard sample.waiting > 0 else { return [] }
        let next = self.detail?.nextRetryMicroseconds
            .map { ", next in \(Figures.duration(microseconds: $0))" }
        return [.init("for a retry", Figures.count(sample.waiting) + (next ?? ""))]
    }

    /// Ready messages by their priority, the highest first; nil for a queue without priorities.
    var levels: FigureFlow? {
        guard let levels = self.detail?.readyByLevel, !levels.isEmpty else { return nil }
        return FigureFlow(
            [.init("ready by", "priority")]
                + levels.map { .init("\($0.priority):", Figures.count($0.ready)) },
            columns: self.columns)
    }

    /// Its circuit breaker, its rate and its guarantee, as far as it has them.
    var flow: FigureFlow? {
        let flow = self.trend.sample.flow
        var figures: [FigureFlow.Figure] = []
        if let breaker = flow.breaker {
            figures.append(.init("circuit", breaker.summary, style: breaker.style))
        }
        if let perSecond = flow.deliveriesPerSecondMax {
            figures.append(.init("delivers at most", Figures.rate(perSecond)))
        }
        if let ids = flow.deduplicationIDs {
            figures.append(.init("knows", Figures.counted(ids, "id")))
        }
        if let promise = flow.promise {
            let reason = promise.reasonSentences.first.map { ": \($0)" } ?? ""
            let more = promise.reasonSentences.count > 1 ? ", and more" : ""
            figures.append(.init("guarantee", promise.words + reason + more))
        }
        return figures.isEmpty ? nil : FigureFlow(figures, columns: self.columns)
    }

    /// Percentiles, one line each kind of duration.
    var times: [(label: String, text: String)] {
        [
            ("processing", self.processing),
            ("deliver to ack", self.text(self.detail?.deliverToAck, "in total")),
            ("time in queue", self.text(self.detail?.timeInQueue, "in total")),
        ]
    }

    /// Where nobody measures it, the mean that other figures give.
    private var processing: String {
        let sample = self.trend.sample
        if case .unavailable = sample.processing, sample.processingMeanMicroseconds.value != nil {
            return "mean \(Figures.duration(sample.processingMeanMicroseconds))"
        }
        return self.text(sample.processing.value ?? nil, "last minute")
    }

    /// What has happened to it since it was declared.
    var totals: FigureFlow {
        let totals = self.trend.sample.totals
        let figures: [(String, UInt64?)] = [
            ("published", totals.published), ("delivered", totals.delivered),
            ("acked", totals.acked), ("without ack", totals.deliveredWithoutAck),
            ("redelivered", totals.redelivered), ("rejected", totals.rejected),
            ("retried", totals.retried), ("returned too often", totals.returnedTooOften),
            ("expired", totals.expired), ("dropped", totals.droppedByLength),
            ("refused, full", totals.refused), ("dead-lettered", totals.deadLettered),
            ("purged", totals.purged), ("duplicates", totals.deduplicated),
        ]
        // What never happened says nothing; publishing and acking belong to every queue.
        let told = figures.filter { ($0.1 ?? 0) > 0 || ["published", "acked"].contains($0.0) }
        return FigureFlow(
            told.map { .init($0.0, Figures.count($0.1)) }, columns: self.columns)
    }

    private var drainStyle: Style {
        switch self.trend.drain {
        case .empty, .unknown: .muted
        case .seconds: .good
        case .steady: .plain
        case .never: .danger
        }
    }

    /// The age of the oldest unacked message, and who holds a delivery longest.
    private var oldestUnacked: String {
        let age = Figures.duration(self.trend.sample.oldestUnackedMicroseconds)
        let holders = self.detail?.consumers.compactMap { consumer in
            consumer.oldestUnackedMicroseconds.map { (consumer: consumer, held: $0) }
        }
        guard let holder = holders?.max(by: { $0.held < $1.held }) else { return age }
        return "\(age), held \(Figures.duration(microseconds: holder.held)) by "
            + "\(holder.consumer.id.tag) on \(holder.consumer.origin)"
    }

    private func text(_ percentiles: DurationSummary?, _ span: String) -> String {
        guard let percentiles, percentiles.count > 0 else { return Figures.none }
        func duration(_ microseconds: Int64) -> String {
            TextWidth.paddedLeft(Figures.duration(microseconds: microseconds), toColumns: 7)
        }
        let short = "p50\(duration(percentiles.p50))  p99\(duration(percentiles.p99))"
        let long =
            short + "  p99.9\(duration(percentiles.p999))  max\(duration(percentiles.max))"
        let counted = long + "  of \(Figures.count(percentiles.count)), \(span)"
        let room = self.columns - Self.labelColumns
        return [counted, long].first { TextWidth.columns(of: $0) <= room } ?? short
    }
}

extension BreakerStatus {
    /// Its state's colour; the words say it too.
    fileprivate var style: Style {
        switch self.state {
        case .closed: .good
        case .open: .danger
        case .halfOpen: .warning
        }
    }
}
