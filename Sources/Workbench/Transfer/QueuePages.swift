import BrokerLink
import Messaging

/// Reads a queue page by page without changing it, with whole bodies.
///
/// Pages are as large as the size of messages suggests, so memory does not grow with the queue.
package struct QueuePages: Sendable {
    private let link: any BrokerLink
    private var request: BrowseRequest?
    private var left: Int
    private var stop: LookStop?

    /// - Parameters:
    ///   - from: Where it begins when the queue is a stream; nil is the head.
    ///   - countMax: So many messages at most.
    package init(
        of queue: QueueName, on link: any BrokerLink, from: StreamPlace? = nil,
        countMax: Int = .max, intrusionMax: Intrusion = .none
    ) {
        self.link = link
        self.left = countMax
        self.request = BrowseRequest(
            queue: queue, from: from, countMax: MoveRun.firstBatch,
            bodyBytesMax: Limits.bodyBytesMax, intrusionMax: intrusionMax)
    }

    /// The next page; nil after the last one.
    ///
    /// - Throws: Among other things why there may be more that is not looked at.
    package mutating func next() async throws(LinkError) -> [BrowsedMessage]? {
        if let stop, self.left > 0 { throw .declined(reason: "\(stop)") }
        guard var request = self.request, self.left > 0 else { return nil }
        request.countMax = min(request.countMax, self.left)
        let page = try await self.link.browse(request)
        self.left -= page.messages.count
        self.stop = page.stop
        guard page.hasMore, let last = page.messages.last else {
            self.request = nil
            return page.messages.isEmpty ? nil : page.messages
        }
        let mean = page.messages.reduce(0) { $0 + $1.bodyBytes } / page.messages.count
        request.after = last.id
        request.from = nil
        request.countMax = max(1, min(MoveRun.batchMax, MoveRun.batchBytes / max(1, mean)))
        self.request = request
        return page.messages
    }
}
