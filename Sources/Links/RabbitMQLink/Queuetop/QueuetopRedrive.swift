import BrokerLink
import Messaging
import Metering

/// A redrive that another queuetop does by itself, a step at a time.
///
/// Messages are moved there as they are: they keep what they know of deaths, and a queue that does
/// not take the same message twice takes them again.
struct QueuetopRedrive: Sendable {
    private let api: QueuetopAPI
    private let request: RedriveRequest
    private let countMax: Int
    /// Chosen messages whose turn has not come, in their order; nil when all are meant.
    private var chosen: [MessageID]?
    /// What the first step froze, and where the last one ended.
    private var end: String?
    private var after: String?

    init(_ request: RedriveRequest, by api: QueuetopAPI, countMax: Int) {
        self.api = api
        self.request = request
        self.countMax = min(countMax, QueuetopAPI.stepCountMax)
        if case .messages(let ids) = request.selection { self.chosen = Set(ids).sorted() }
    }

    enum Outcome {
        case goesOn
        case finished
        /// So many came back to the source that it is better not to go on.
        case returning(count: Int)
    }

    /// Runs the next step, and adds to a report what it did.
    mutating func step(_ report: inout RedriveReport) async throws(LinkError) -> Outcome {
        let positions = self.chosen.map { Array($0.prefix(self.countMax)) }
        let reply = try await self.api.step(
            self.request, positions: positions, end: self.end, after: self.after,
            countMax: self.countMax)
        report.moved += reply.moved
        report.unroutable += reply.unroutable
        report.missing += reply.missing
        report.movedTo.merge(reply.movedTo) { $0 + $1 }
        self.end = self.end ?? reply.end
        self.after = reply.next
        if let chosen = self.chosen, reply.next == nil {
            self.chosen = Array(chosen.dropFirst(self.countMax))
        }
        guard reply.next != nil || self.chosen?.isEmpty == false else { return .finished }
        if ReturnRule.stops(returned: reply.returned, moved: report.moved),
            self.request.target != .queue(self.request.source)
        {
            return .returning(count: reply.returned)
        }
        return .goesOn
    }
}
