import BrokerLink
import Messaging
import Synchronization
import TestSupport
import Testing
import Transfer

/// A move between two brokers loses nothing, whatever interrupts it, and says what is unknown.
@Suite("Move", .timeLimit(.minutes(5)))
struct MoveRunnerTests {
    static let bodies = (0..<150).map { "message \($0)" }

    private func move(
        _ source: MemoryLink, to target: MemoryLink, countMax: Int = 10_000,
        progress: (MoveOutcome) async -> Void = { _ in }
    ) async -> MoveOutcome {
        await MoveRunner(from: source.link, to: target).run(
            MoveRequest(source: "q", target: "q2", countMax: countMax), progress: progress)
    }

    @Test("Every message arrives in its order, by the default exchange, and leaves the source")
    func everything() async {
        let (source, target) = (MemoryLink(bodies: Self.bodies), MemoryLink())
        let seen = Mutex<[Int]>([])
        let outcome = await self.move(source, to: target) { progress in
            seen.withLock { $0.append(progress.report.moved) }
        }
        #expect(outcome.ending == .completed)
        #expect(outcome.report.moved == 150)
        #expect(outcome.summary == "150 moved")
        #expect(source.bodies == [])
        #expect(target.bodies == Self.bodies)
        #expect(seen.withLock { $0 } == [0, 64])
        let published = target.state.withLock { $0.published }
        #expect(published.allSatisfy { $0.exchange == .default && $0.routingKey == "q2" })
    }

    @Test("At most as many as asked for, from the head")
    func limit() async {
        let (source, target) = (MemoryLink(bodies: Self.bodies), MemoryLink())
        let outcome = await self.move(source, to: target, countMax: 70)
        #expect(outcome.ending == .completed)
        #expect(outcome.report.moved == 70)
        #expect(target.bodies == Array(Self.bodies.prefix(70)))
        #expect(source.bodies == Array(Self.bodies.dropFirst(70)))
    }

    @Test(
        "The target is lost in the middle: nothing is lost, and what is unknown is said",
        arguments: [0, 1, 63, 64, 100, 149], [false, true])
    func targetLost(after taken: Int, keepsLast: Bool) async {
        let (source, target) = (MemoryLink(bodies: Self.bodies), MemoryLink())
        target.state.withLock {
            $0.publishesLeft = taken
            $0.keepsLast = keepsLast
        }
        let outcome = await self.move(source, to: target)
        #expect(outcome.ending == .failed(.outcomeUnknown(action: "the publish")))
        #expect(outcome.report.moved == taken)
        #expect(outcome.report.unknown == 1)
        #expect(source.bodies == Array(Self.bodies.dropFirst(taken)))
        #expect(target.bodies.count == taken + (keepsLast ? 1 : 0))

        // Another move goes on with what is left; only what was unknown may be there twice.
        target.state.withLock { $0.publishesLeft = .max }
        let second = await self.move(source, to: target)
        #expect(second.ending == .completed)
        #expect(second.report.moved == 150 - taken)
        #expect(Set(target.bodies) == Set(Self.bodies))
        #expect(target.bodies.count == 150 + (keepsLast ? 1 : 0))
    }

    @Test("The source is lost while messages are removed", arguments: [false, true])
    func sourceLost(removesLast: Bool) async {
        let (source, target) = (MemoryLink(bodies: Self.bodies), MemoryLink())
        source.state.withLock {
            $0.removalsLeft = 1
            $0.removesLast = removesLast
        }
        let outcome = await self.move(source, to: target)
        #expect(outcome.ending == .failed(.outcomeUnknown(action: "the removal")))
        #expect(outcome.report.moved == 64)
        #expect(outcome.report.copied == 86)
        #expect(outcome.report.uncertain == 86)
        #expect(target.bodies == Self.bodies)
        #expect(source.bodies.count == (removesLast ? 0 : 86))
        #expect(outcome.summary.contains("86 copied, unknown whether the source still has them"))
    }

    @Test("A target that does not exist takes nothing, and nothing leaves the source")
    func unroutable() async {
        let (source, target) = (MemoryLink(bodies: Self.bodies), MemoryLink())
        target.state.withLock { $0.isUnroutable = true }
        let outcome = await self.move(source, to: target)
        #expect(outcome.ending == .failed(.queueNotFound("q2")))
        #expect(outcome.report == MoveReport())
        #expect(source.bodies == Self.bodies)
    }

    @Test("What a consumer takes meanwhile is counted as there twice")
    func takenMeanwhile() async {
        let (source, target) = (MemoryLink(bodies: Array(Self.bodies.prefix(10))), MemoryLink())
        source.state.withLock { $0.takenBefore = 3 }
        let outcome = await self.move(source, to: target)
        #expect(outcome.ending == .completed)
        #expect(outcome.report.moved == 7)
        #expect(outcome.report.duplicated == 3)
    }

    @Test("What a consumer holds stays and is counted")
    func held() async {
        let (source, target) = (MemoryLink(bodies: ["a", "b", "c"]), MemoryLink())
        source.state.withLock { $0.messages[1].isUnacked = true }
        let outcome = await self.move(source, to: target)
        #expect(outcome.ending == .completed)
        #expect(outcome.report.moved == 2)
        #expect(outcome.report.held == 1)
        #expect(source.bodies == ["b"])
        #expect(target.bodies == ["a", "c"])
    }

    @Test("A stop comes after the batch under way")
    func stopped() async {
        let (source, target) = (MemoryLink(bodies: Self.bodies), MemoryLink())
        let outcome = await withTaskGroup(of: MoveOutcome.self) { group in
            group.addTask {
                await self.move(source, to: target) { progress in
                    if progress.report.moved > 0 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            return await group.next()
        }
        #expect(outcome?.ending == .stopped)
        #expect(outcome?.report.moved == 64)
        #expect(source.bodies.count + target.bodies.count == 150)
    }

    @Test("A body that was not given as a whole stops the move before it is published")
    func cutBody() async {
        let (source, target) = (MemoryLink(bodies: ["a"]), MemoryLink())
        source.state.withLock { $0.messages[0].bodyBytes = 2 }
        let outcome = await self.move(source, to: target)
        #expect(outcome.report == MoveReport())
        #expect(source.bodies == ["a"])
        #expect(target.bodies == [])
    }
}
