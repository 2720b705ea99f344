import BrokerLink
import Messaging
import TestSupport
import Testing
import Transfer

/// A queue whose messages may be returned only so often is read in part; nobody takes it for whole.
@Suite("A look that had to stop", .timeLimit(.minutes(1)))
struct LookStopTests {
    /// A link that stops at the second message of each page.
    private static func link(to source: MemoryLink, fate: LookStop.Fate) -> FakeLink {
        var script = FakeLink.Script()
        script.browse = { request in
            source.state.withLock { state in
                var request = request
                request.countMax = min(request.countMax, 2)
                var page = state.page(request)
                guard page.messages.count == 2 else { return .success(page) }
                page.hasMore = false
                page.stop = LookStop(queue: "q", place: 2, returnsMax: 2, fate: fate)
                if fate == .putAtEnd, let moved = page.messages.last {
                    state.messages.removeAll { $0.id == moved.id }
                    state.add(moved.message)
                }
                return .success(page)
            }
        }
        script.remove = { messages, _ in source.state.withLock { $0.remove(messages) } }
        return FakeLink(script)
    }

    @Test("An export of the part that could be read fails, and says why")
    func pages() async throws {
        let source = MemoryLink(bodies: ["a", "b", "c"])
        var pages = QueuePages(of: "q", on: Self.link(to: source, fate: .near))
        #expect(try await pages.next()?.count == 2)
        let stop = LookStop(queue: "q", place: 2, returnsMax: 2, fate: .near)
        await #expect(throws: LinkError.declined(reason: "\(stop)")) { try await pages.next() }
        // Whoever wanted no more has all.
        var two = QueuePages(of: "q", on: Self.link(to: source, fate: .near), countMax: 2)
        #expect(try await two.next()?.count == 2)
        #expect(try await two.next() == nil)
    }

    @Test(
        "A move goes on from the head, and copies nothing twice",
        arguments: [LookStop.Fate.near, .putAtEnd])
    func move(fate: LookStop.Fate) async {
        let (source, target) = (MemoryLink(bodies: ["a", "b", "c", "d", "e"]), MemoryLink())
        let outcome = await MoveRunner(from: Self.link(to: source, fate: fate), to: target).run(
            MoveRequest(source: "q", target: "q2", countMax: 100)
        ) { _ in }
        #expect(outcome.ending == .completed)
        #expect(outcome.report.duplicated == 0)
        #expect(source.bodies == [])
        #expect(target.bodies.sorted() == ["a", "b", "c", "d", "e"])
    }
}
