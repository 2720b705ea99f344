import Core
import Messaging

/// What a store would have after the effects that it was given, whole and at once.
struct DurableEffects {
    private(set) var records: [QueueID: [UInt64: [UInt8]]] = [:]
    private(set) var notes: [QueueID: [NoteKey: [UInt8]]] = [:]
    private(set) var definitions = StoredDefinitions()
    private var ends: [QueueID: [UInt64: UInt64]] = [:]

    mutating func take(_ effect: StoreEffect, _ bytes: (QueueID, Position) -> [UInt8]) {
        switch effect {
        case .append(let queue, let position):
            let record = bytes(queue, position)
            self.records[queue, default: [:]][position.offset] = record
            self.ends[queue, default: [:]][position.offset >> 56] =
                position.offset + UInt64(record.count)
        case .settle(let queue, let position): self.records[queue]?[position.offset] = nil
        case .settleReady(let queue, let from, let upTo):
            for position in self.records[queue]?.keys.sorted() ?? []
            where from.offset..<upTo.offset ~= position {
                self.records[queue]?[position] = nil
            }
        case .note(let queue, let key, let value): self.notes[queue, default: [:]][key] = value
        case .define(let change): self.take(change)
        case .commit, .loadChunk, .keepChunk, .releaseChunk: break
        }
    }

    private mutating func take(_ change: DefinitionChange) {
        switch change {
        case .hostAdded(let host): self.definitions.hosts.append(host)
        case .exchangeDeclared(let declaration, let host):
            self.definitions.exchanges.append(.init(host: host, declaration: declaration))
        case .exchangeDeleted(let name, let host):
            self.definitions.exchanges.removeAll {
                $0.host == host && $0.declaration.name == name
            }
            self.definitions.bindings.removeAll {
                $0.host == host && ($0.source == name || $0.destination == .exchange(name))
            }
        case .queueDeclared(let id, let declaration, let host):
            self.definitions.queues.append(.init(id: id, host: host, declaration: declaration))
        case .queueDeleted(let id):
            self.definitions.queues.removeAll { $0.id == id }
            self.definitions.bindings.removeAll { $0.destination == .queue(id) }
            self.records[id] = nil
            self.notes[id] = nil
        case .bound(let binding): self.definitions.bindings.append(binding)
        case .unbound(let binding): self.definitions.bindings.removeAll { $0 == binding }
        case .policiesReplaced(let policies): self.definitions.policies = policies
        case .hostRemoved(let host): self.definitions.remove(host)
        case .userPut, .userDeleted, .permissionSet, .permissionCleared, .topicPermissionSet,
            .topicPermissionsCleared, .parameterSet, .parameterCleared:
            self.definitions.takeAccess(change)
        }
    }

    /// The messages, in chunks of records that lie close together.
    ///
    /// - Parameter chunkBytes: Positions that one spans at most, unless a record is bigger.
    func contents(chunkBytes: UInt64) -> RecoveredContents {
        var contents = RecoveredContents()
        for item in self.definitions.queues {
            var queue = RecoveredQueue(id: item.id)
            queue.notes = (self.notes[item.id] ?? [:]).map { ($0.key, $0.value) }
            for (number, end) in (self.ends[item.id] ?? [:]).sorted(by: { $0.key < $1.key }) {
                var level = RecoveredLevel(end: Position(end), redeliveredBelow: Position(0))
                let records = (self.records[item.id] ?? [:]).filter { $0.key >> 56 == number }
                for (position, bytes) in records.sorted(by: { $0.key < $1.key }) {
                    level.add(bytes, at: position, chunkBytes: chunkBytes)
                }
                queue.levels.append(level)
            }
            contents.queues.append(queue)
        }
        contents.newestIncarnation = self.definitions.queues.map(\.id.incarnation).max() ?? 0
        return contents
    }

    /// The bytes of a chunk, with fillers where nothing is.
    func bytes(of queue: QueueID, _ chunk: ChunkID) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: chunk.bytes)
        var filled = chunk.start.offset
        func fill(upTo end: UInt64) {
            guard end > filled else { return }
            bytes.withUnsafeMutableBytes {
                Record.writeFiller(
                    to: $0.baseAddress! + Int(filled - chunk.start.offset),
                    bytes: Int(end - filled))
            }
        }
        for (position, record) in (self.records[queue] ?? [:]).sorted(by: { $0.key < $1.key })
        where chunk.start.offset..<chunk.end.offset ~= position {
            fill(upTo: position)
            let offset = Int(position - chunk.start.offset)
            bytes.replaceSubrange(offset..<offset + record.count, with: record)
            filled = position + UInt64(record.count)
        }
        fill(upTo: chunk.end.offset)
        return bytes
    }
}

extension RecoveredLevel {
    fileprivate mutating func add(_ bytes: [UInt8], at position: UInt64, chunkBytes: UInt64) {
        let end = position + UInt64(bytes.count)
        bytes.withUnsafeBytes { raw in
            Record.forEach(in: raw, from: position) { self.add($1, $0..<end, chunkBytes) }
        }
    }

    private mutating func add(_ record: Record, _ place: Range<UInt64>, _ chunkBytes: UInt64) {
        if self.chunks.last.map({ place.upperBound - $0.start.offset > chunkBytes }) ?? true {
            var chunk = RecoveredChunk(
                start: Position(place.lowerBound), end: Position(place.lowerBound), live: 0)
            chunk.firstEnqueuedAt = record.enqueuedAt
            self.chunks.append(chunk)
        }
        let last = self.chunks.count - 1
        self.chunks[last].end = Position(place.upperBound)
        self.chunks[last].live += 1
        self.chunks[last].bodyBytes += UInt64(record.bodyBytes)
        if let expiry = record.expiresAt {
            self.chunks[last].earliestExpiry = min(
                self.chunks[last].earliestExpiry ?? expiry, expiry)
        }
        if let origin = record.origin { self.chunks[last].origins[origin, default: 0] += 1 }
    }
}

extension TestBroker {
    /// The broker of the next process, which begins with what this one made durable.
    func restarted(chunkBytes: UInt64 = 4_096, loadsAtOnce: Bool = true) -> TestBroker {
        let next = TestBroker(connects: false)
        next.loadsAtOnce = loadsAtOnce
        next.now = self.now
        next.durable = self.durable
        let problems = next.broker.restore(
            self.durable.definitions, self.durable.contents(chunkBytes: chunkBytes),
            now: self.now)
        precondition(problems.isEmpty, "\(problems)")
        next.connect(1)
        return next
    }
}
