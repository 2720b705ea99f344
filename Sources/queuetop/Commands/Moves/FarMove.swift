import BrokerLink
import ConsoleRuntime
import Messaging
import PlainJSON
import Reports
import Screens
import Transfer

/// A move to another broker, queue by queue.
struct FarMove: Sendable {
    let session: CommandSession
    let target: AMQPSession
    let targetName: String
    let intrusionMax: Intrusion
    let countMax: Int
    let act: ActOptions

    /// One queue and what became of it.
    struct Part: Sendable {
        var source: QueueName
        var target: QueueName
        var ready: Int
        /// Nil when the target has no such queue.
        var targetBefore: Int?
        var outcome: MoveOutcome?
        var sourceAfter: Int?
        var targetAfter: Int?

        /// Whether all that was ready has gone; what a consumer held then stays.
        var isWhole: Bool {
            guard let outcome, outcome.ending == .completed else { return false }
            return outcome.report.held == 0 || outcome.report.arrived >= self.ready
        }
    }

    /// - Parameters:
    ///   - source: Nil moves every queue that has messages.
    ///   - name: What the queue is called there; nil keeps its name.
    func run(_ source: QueueName?, to name: QueueName?) async throws(CommandFailure) {
        var parts = try await self.parts(source, to: name)
        for part in parts where part.targetBefore != nil { try await self.requireLook(into: part) }
        let total = parts.reduce(0) { $0 + ($1.targetBefore == nil ? 0 : $1.ready) }
        if source != nil, let part = parts.first, part.targetBefore == nil {
            throw CommandFailure(
                .noInput,
                "\(self.targetName) has no queue \(part.target): import the definitions first.")
        }
        let subject = ActOptions.Subject(
            question: "Move \(Figures.counted(total, "message")) to \(self.targetName)?",
            queue: source, auditor: self.session.auditor)
        guard
            try self.act.proceeds(
                self.table(parts).lines(CommandOutput.style), document: self.document(parts),
                subject)
        else { return }
        let sink = try await self.target.sink()
        for place in parts.indices where parts[place].targetBefore != nil {
            parts[place] = try await self.carry(parts[place], by: sink)
            if let ending = parts[place].outcome?.ending, ending != .completed { break }
        }
        try self.act.report(
            self.table(parts).lines(CommandOutput.style), self.document(parts))
        try self.requireEnded(parts)
    }

    private func parts(
        _ source: QueueName?, to name: QueueName?
    ) async throws(CommandFailure) -> [Part] {
        let queues: [QueueName]
        if let source {
            try await self.session.requireTakeable(source)
            queues = [source]
        } else {
            // A stream is not taken from, and an exclusive queue goes with its connection.
            queues = try await self.session.sample().queues.filter {
                $0.stream == nil && !$0.features.contains(.exclusive)
            }.map(\.name).sorted()
        }
        var parts: [Part] = []
        for queue in queues {
            let ready = try await self.session.readyCount(of: queue)
            guard ready > 0 || source != nil else { continue }
            let target = name ?? queue
            parts.append(
                Part(
                    source: queue, target: target, ready: min(ready, self.countMax),
                    targetBefore: try await self.target.readyCount(of: target)))
        }
        return parts
    }

    /// Refuses what the first look would be refused for, before anything is said to be possible.
    private func requireLook(into part: Part) async throws(CommandFailure) {
        // Where looking changes something it is not tried: either it is refused, or it was allowed.
        guard self.session.allowed(self.intrusionMax) == .none else { return }
        _ = try await self.session.browse(
            BrowseRequest(queue: part.source, countMax: 1, bodyBytesMax: 0))
    }

    private func carry(
        _ part: Part, by sink: AMQPSink
    ) async throws(CommandFailure) -> Part {
        var part = part
        let request = MoveRequest(
            source: part.source, target: part.target, countMax: part.ready,
            intrusionMax: self.intrusionMax)
        let details: [AuditedAct.Detail] = [
            .init("from", part.source.text), .init("to", "\(self.targetName) \(part.target)"),
            .init("count", "\(part.ready)"),
        ]
        let (time, pace) = (self.session.time, MovePace(self.session.time.now()))
        part.outcome = try await self.session.audited(.command("move", details)) {
            () async throws(CommandFailure) in
            await MoveRunner(from: self.session.link, to: sink).run(request) { progress in
                let line = pace.line(progress.report.arrived, of: request.countMax, now: time.now())
                CommandOutput.progress("\(request.source): \(line)")
            }
        } outcome: {
            $0.summary
        }
        CommandOutput.endProgress()
        part.sourceAfter = try? await self.session.readyCount(of: part.source)
        // One that took nothing would not answer that either.
        if !Task.isCancelled {
            part.targetAfter = try? await self.target.readyCount(of: part.target)
        }
        return part
    }

    private func table(_ parts: [Part]) -> ReportTable {
        func count(_ value: Int?) -> ReportTable.Cell {
            .init(value.map { Figures.count($0) } ?? Figures.none)
        }
        return ReportTable(
            [
                .init("QUEUE", isFigure: false, mayShrink: true, rank: 0),
                .init("READY", rank: 2), .init("MOVED", rank: 1), .init("TWICE", rank: 6),
                .init("UNKNOWN", rank: 3), .init("LEFT HERE", rank: 4),
                .init("THERE BEFORE", rank: 7), .init("THERE NOW", rank: 5),
                .init("OUTCOME", isFigure: false, mayShrink: true, rank: 8),
            ],
            rows: parts.map { part in
                let report = part.outcome?.report
                return [
                    .init(
                        part.source == part.target
                            ? part.source.text : "\(part.source) → \(part.target)"),
                    count(part.ready), count(report?.moved), count(report?.duplicated),
                    .init(
                        report.map { Figures.count($0.uncertain) } ?? Figures.none,
                        report?.uncertain ?? 0 > 0 ? .danger : .plain),
                    count(part.sourceAfter), count(part.targetBefore), count(part.targetAfter),
                    .init(self.words(part)),
                ]
            })
    }

    private func words(_ part: Part) -> String {
        guard part.targetBefore != nil else { return "stays: no such queue there" }
        return part.outcome.map { part.isWhole ? "done" : $0.summary } ?? "not begun"
    }

    private func document(_ parts: [Part]) -> [JSON.Member] {
        MoveDocument(
            target: self.targetName,
            queues: parts.map { part in
                let report = part.outcome?.report
                return MoveDocument.Queue(
                    source: part.source, target: part.target, ready: part.ready,
                    moved: report?.moved, duplicated: report?.duplicated,
                    uncertain: report?.uncertain, missing: report?.held,
                    sourceAfter: part.sourceAfter, targetBefore: part.targetBefore,
                    targetAfter: part.targetAfter, outcome: self.words(part))
            }
        ).members
    }

    /// Throws the worst of what ended the parts.
    private func requireEnded(_ parts: [Part]) throws(CommandFailure) {
        for part in parts {
            if case .failed(let error) = part.outcome?.ending, error.tellsOfLoss {
                throw CommandFailure(error)
            }
        }
        let uncertain = parts.reduce(0) { $0 + ($1.outcome?.report.uncertain ?? 0) }
        guard uncertain == 0 else {
            throw CommandFailure(
                .outcomeUnknown,
                "Of \(Figures.counted(uncertain, "message")) it is not known whether they are in "
                    + "both brokers; none is lost. Compare the counts before you run it again.")
        }
        for part in parts {
            switch part.outcome?.ending {
            case .failed(let error): throw CommandFailure(error)
            case .stopped:
                throw CommandFailure(
                    .outcomeUnknown, "Stopped by you. Run it again to go on with what is left.")
            case .running, .completed, nil: continue
            }
        }
        let missing = parts.filter { $0.targetBefore == nil }.map(\.target.text)
        guard missing.isEmpty else {
            throw CommandFailure(
                .noInput,
                "\(self.targetName) has no queue \(missing.joined(separator: ", ")): import the "
                    + "definitions first, then run it again.")
        }
        let held = parts.filter { !$0.isWhole }.map(\.source.text)
        guard held.isEmpty else {
            throw CommandFailure(
                .outcomeUnknown,
                "Not everything was moved: consumers hold messages of "
                    + "\(held.joined(separator: ", ")). Run it again to go on with what is left.")
        }
    }
}
