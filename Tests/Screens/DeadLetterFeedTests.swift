import BrokerLink
import Messaging
import Screens
import TestSupport
import Testing

@Suite("Reading dead-letter queues")
struct DeadLetterFeedTests {
    private let read = (1...3).map { Shop.letter(UInt64($0), ageSeconds: 10) }

    @Test("A queue that grew is read on from its last message")
    func readsOn() throws {
        var feed = DeadLetterFeed()
        try fill(&feed, queue(ready: 3, published: 3), at: 0)
        #expect(next(&feed, queue(ready: 3, published: 3), at: 1) == nil)
        let request = try #require(next(&feed, queue(ready: 5, published: 5), at: 2))
        #expect(request.after == MessageID(Position(3)))
    }

    @Test("A queue from which messages went is read again, but not all the time")
    func readsAgain() throws {
        var feed = DeadLetterFeed()
        try fill(&feed, queue(ready: 3, published: 3), at: 0)
        #expect(next(&feed, queue(ready: 1, published: 3), at: 1) == nil)
        let request = try #require(next(&feed, queue(ready: 1, published: 3), at: 6))
        #expect(request.after == nil)
        #expect(feed.held["dead"]?.letters.count == 3, "the old picture stays until then")
    }

    @Test("A queue that is gone or empty is forgotten without being read")
    func forgets() throws {
        var feed = DeadLetterFeed()
        try fill(&feed, queue(ready: 3, published: 3), at: 0)
        #expect(next(&feed, queue(ready: 0, published: 3), at: 6) == nil)
        #expect(feed.held["dead"]?.letters.isEmpty == true)
        #expect(feed.queuesSampled([], now: .testStart) == false)
        #expect(feed.held.isEmpty)
    }

    @Test("An answer to somebody else's request is left alone, a failure is kept")
    func takesOnlyItsOwnAnswers() throws {
        var feed = DeadLetterFeed()
        let request = try #require(next(&feed, queue(ready: 3, published: 3), at: 0))
        var other = request
        other.countMax = 1
        let page = BrowsePage(queue: "dead", messages: self.read, hasMore: false)
        #expect(feed.browsed(other, .success(page), now: .testStart) == false)
        let error = LinkError.disconnected(reason: "reset")
        #expect(feed.browsed(request, .failure(error), now: .testStart) == true)
        #expect(feed.held["dead"]?.failure == error)
    }

    private func queue(ready: Int, published: UInt64) -> QueueSample {
        QueueSample(
            name: "dead", ready: ready, receivesDeadLetters: true,
            totals: QueueTotals(published: published))
    }

    private func next(
        _ feed: inout DeadLetterFeed, _ queue: QueueSample, at second: Int64
    ) -> BrowseRequest? {
        let now = Timestamp.testStart.adding(seconds: second)
        var history = SampleHistory()
        history.append(BrokerSample(at: now, queues: [queue]))
        _ = feed.queuesSampled(history.queues, now: now)
        return feed.next()
    }

    private func fill(
        _ feed: inout DeadLetterFeed, _ queue: QueueSample, at second: Int64
    ) throws {
        let request = try #require(next(&feed, queue, at: second))
        let page = BrowsePage(queue: "dead", messages: self.read, hasMore: false)
        let now = Timestamp.testStart.adding(seconds: second)
        #expect(feed.browsed(request, .success(page), now: now) == true)
    }
}
