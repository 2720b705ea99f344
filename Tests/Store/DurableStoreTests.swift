import Core
import Messaging
import Store
import Synchronization
import TestSupport
import Testing

/// The store with its thread, in a directory of the system's.
@Suite("The durable store")
struct DurableStoreTests {
    private static let queue = QueueID(slot: 0, incarnation: 1)

    /// What a store has said, and who waits for it.
    private final class Ears: Sendable {
        let signal = Signal()
        private let heard = Mutex<[StoreEvent]>([])

        var events: [StoreEvent] { self.heard.withLock { $0 } }

        func hear(_ event: StoreEvent) {
            self.heard.withLock { $0.append(event) }
            self.signal.notify()
        }

        /// Waits until something was said that a body finds.
        func first<Value>(_ find: (StoreEvent) -> Value?) async -> Value {
            await self.signal.wait { self.events.contains { find($0) != nil } }
            return self.events.lazy.compactMap(find).first!
        }

        func durable(upTo number: UInt64) async {
            _ = await self.first { event -> Bool? in
                if case .durable(let commit) = event, commit.number >= number { true } else { nil }
            }
        }
    }

    private let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    private func open() throws -> (DurableStore, Recovered, Ears, DataDirectory) {
        let claim = try DataDirectory(claiming: self.directory.path)
        let (store, recovered) = try DurableStore.open(claim)
        let ears = Ears()
        store.start { ears.hear($0) }
        return (store, recovered, ears, claim)
    }

    /// Declares the queue and appends a message, as commit 1.
    private func begin(_ store: DurableStore, _ text: String) -> ChunkLoad {
        var batch = store.emptyBatch()
        batch.define(.hostAdded(.default))
        batch.define(
            .queueDeclared(
                Self.queue, QueueDeclaration(name: "q", isDurable: true), in: .default))
        let end = batch.append(TestRecord(text), to: Self.queue, at: 0)
        batch.close(CommitNumber(1), isAwaited: true)
        #expect(store.append(batch) == .pending)
        return ChunkLoad(
            queue: Self.queue, chunk: ChunkID(start: Position(0), end: Position(end)))
    }

    private static func bytes(of load: ChunkLoad) -> (StoreEvent) -> [UInt8]? {
        { event in
            if case .chunkLoaded(load, let bytes) = event { bytes } else { nil }
        }
    }

    @Test("what it has said to be durable is there when it is opened again")
    func reopened() async throws {
        let load: ChunkLoad
        do {
            let (store, recovered, ears, claim) = try self.open()
            #expect(recovered.definitions.queues.isEmpty)
            load = self.begin(store, "kept for good")
            await ears.durable(upTo: 1)
            await store.stop(cursors: [])
            withExtendedLifetime(claim) {}
        }
        let (store, recovered, ears, claim) = try self.open()
        #expect(recovered.report.wasStoppedInOrder)
        #expect(recovered.definitions.queues.map(\.id) == [Self.queue])
        #expect(recovered.contents.queues.first?.levels.first?.chunks.first?.live == 1)
        store.load(load)
        let bytes = await ears.first(Self.bytes(of: load))
        #expect(MachineBench.texts(in: bytes) == ["kept for good"])
        await store.stop(cursors: [])
        withExtendedLifetime(claim) {}
    }

    @Test("many batches become durable in their order, whoever waits")
    func order() async throws {
        let (store, _, ears, claim) = try self.open()
        _ = self.begin(store, "first")
        for number in 2...400 as ClosedRange<UInt64> {
            var batch = store.emptyBatch()
            batch.append(TestRecord("more"), to: Self.queue, at: 1_000 + number * 24)
            batch.close(CommitNumber(number), isAwaited: number % 3 == 0)
            _ = store.append(batch)
        }
        await ears.durable(upTo: 400)
        let said = ears.events.compactMap { event -> UInt64? in
            if case .durable(let commit) = event { commit.number } else { nil }
        }
        #expect(said == said.sorted() && said.last == 400)
        await store.stop(cursors: [])
        withExtendedLifetime(claim) {}
    }

    @Test("a chunk that is kept comes back as it was, and is forgotten when it is released")
    func kept() async throws {
        let (store, _, ears, claim) = try self.open()
        let load = self.begin(store, "stored")
        await ears.durable(upTo: 1)
        let image = TestRecord("kept").bytes
        image.withUnsafeBytes { store.keep(load, bytes: $0) }
        _ = await ears.first { event -> Bool? in
            if case .chunkKept(load) = event { true } else { nil }
        }
        store.load(load)
        #expect(await ears.first(Self.bytes(of: load)) == image)
        store.release(load)
        let later = ears.events.count
        store.load(load)
        await ears.signal.wait {
            ears.events.dropFirst(later).contains { Self.bytes(of: load)($0) != nil }
        }
        let bytes = ears.events.dropFirst(later).lazy.compactMap(Self.bytes(of: load)).first
        #expect(MachineBench.texts(in: bytes ?? []) == ["stored"])
        await store.stop(cursors: [])
        withExtendedLifetime(claim) {}
    }

    @Test("what is appended just before the end is there too, with how far it was delivered")
    func stopped() async throws {
        let load: ChunkLoad
        do {
            let (store, _, _, claim) = try self.open()
            load = self.begin(store, "last words")
            await store.stop(
                cursors: [DeliveryCursor(queue: Self.queue, position: load.chunk.end)])
            withExtendedLifetime(claim) {}
        }
        let (store, recovered, _, claim) = try self.open()
        let level = recovered.contents.queues.first?.levels.first
        #expect(level?.redeliveredBelow == load.chunk.end)
        #expect(level?.chunks.first?.live == 1)
        await store.stop(cursors: [])
        withExtendedLifetime(claim) {}
    }

    @Test("a directory has one store at a time")
    func oneAtATime() async throws {
        let (store, _, _, claim) = try self.open()
        #expect(throws: StoreError.self) { try DataDirectory(claiming: self.directory.path) }
        await store.stop(cursors: [])
        withExtendedLifetime(claim) {}
    }
}
