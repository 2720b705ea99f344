import Core
import Messaging

/// A broker with one connection after another, driven in batches of one command each.
///
/// Holds copies of what effects pointed to, so that tests compare plain values.
final class TestBroker {
    /// A message as a client got it.
    struct Received: Equatable {
        var tag: UInt64
        var body: String
        var consumer = ""
        var isRedelivered = false
    }

    var broker = Broker(seed: 7)
    var now = Timestamp(seconds: 1_700_000_000)
    /// Everything a client was sent but deliveries, in order.
    var effects: [ConnectionID: [Effect]] = [:]
    var received: [ConnectionID: [Received]] = [:]
    var properties: [MessageProperties] = []
    var storeEffects: [StoreEffect] = []
    /// Told of every effect for the store, and of the body that an append names.
    var storeObserver: ((StoreEffect, _ body: String?) -> Void)?
    /// Whether commits become durable at once, as a volatile store has it.
    var commitsAtOnce = true

    /// What the store took over, and what it was asked for and has not answered.
    private var stored: [QueueID: [ChunkID: [UInt8]]] = [:]
    private(set) var loading: [(queue: QueueID, chunk: ChunkID)] = []
    /// Whether the store answers within the batch that asks.
    var loadsAtOnce = true

    let first = ConnectionID(1)
    let channel = ChannelNumber(1)

    /// What became durable since the start.
    var durable = DurableEffects()

    init(connects: Bool = true) {
        if connects { self.connect(1) }
    }

    @discardableResult
    func connect(_ number: UInt64, channels: UInt16 = 1) -> ConnectionID {
        let id = ConnectionID(number)
        self.broker.connectionOpened(
            id, origin: "127.0.0.1:\(number)", user: "guest")
        for channel in 1...channels { self.send(.openChannel, id, ChannelNumber(channel)) }
        return id
    }

    // MARK: Batches

    /// Ends the batch and takes what came of it.
    func finish() {
        self.broker.endBatch(now: self.now)
        repeat {
            self.perform()
            if self.loadsAtOnce, !self.loading.isEmpty {
                self.answerLoads()
            } else if self.broker.hasMoreToDo {
                self.broker.endBatch(now: self.now)
            }
        } while !self.broker.outboxes.isEmpty || !self.broker.storeEffects.isEmpty
    }

    private func perform() {
        for effect in self.broker.storeEffects {
            self.storeEffects.append(effect)
            self.durable.take(effect) { Array(self.broker.recordBytes(of: $0, at: $1)) }
            self.observe(effect)
            if case .commit(let number, _) = effect, self.commitsAtOnce {
                self.broker.durable(upTo: number)
            }
            if case .loadChunk(let queue, let chunk) = effect {
                self.loading.append((queue, chunk))
            }
        }
        for outbox in self.broker.outboxes {
            for effect in outbox.effects { self.take(effect, outbox.connection) }
        }
        self.broker.effectsPerformed()
    }

    private func observe(_ effect: StoreEffect) {
        guard let observer = self.storeObserver else { return }
        guard case .append(let queue, let position) = effect else { return observer(effect, nil) }
        observer(effect, Self.text(self.broker.record(of: queue, at: position).body))
    }

    // MARK: The store

    /// Has the store take over all chunks of a queue that it may; returns how many.
    @discardableResult
    func evict(_ queue: String) -> Int {
        self.broker.id(of: QueueName(queue)).map { self.evict($0) } ?? 0
    }

    @discardableResult
    func evict(_ id: QueueID) -> Int {
        let chunks = self.broker.evictableChunks(of: id)
        for chunk in chunks {
            guard let bytes = self.broker.chunkBytes(of: id, chunk: chunk) else { continue }
            self.stored[id, default: [:]][chunk] = Array(bytes)
            self.broker.chunkKept(id, chunk: chunk)
            self.broker.evict(id, chunk: chunk)
        }
        return chunks.count
    }

    /// Answers what the store was asked for, and ends the batch.
    func answerLoads() {
        for (queue, chunk) in exchange(&self.loading, with: []) {
            let bytes = self.stored[queue]?[chunk] ?? self.durable.bytes(of: queue, chunk)
            bytes.withUnsafeBytes {
                self.broker.chunkLoaded(queue, chunk: chunk, bytes: $0, now: self.now)
            }
        }
        self.broker.endBatch(now: self.now)
    }

    private func take(_ effect: Effect, _ connection: ConnectionID) {
        switch effect {
        case .deliver(let delivery):
            let view = self.broker.record(of: delivery.queue, at: delivery.position)
            let tag = String(decoding: self.broker.tagBytes(of: delivery.consumer), as: UTF8.self)
            if delivery.returns > 0 {
                view.withDeliveryCount(delivery.returns) { self.note($0) }
            } else {
                self.note(view)
            }
            self.received[connection, default: []].append(
                Received(
                    tag: delivery.tag.number, body: Self.text(view.body), consumer: tag,
                    isRedelivered: delivery.isRedelivered))
        case .got(_, let message):
            let view = self.broker.record(of: message.queue, at: message.position)
            if let returns = message.returns {
                view.withDeliveryCount(returns) { self.note($0) }
            } else {
                self.note(view)
            }
            self.received[connection, default: []].append(
                Received(
                    tag: message.tag.number, body: Self.text(view.body),
                    isRedelivered: message.isRedelivered))
        case .awaitCommit: break  // Tests of it read the broker's own outboxes.
        case .confirm, .reject, .directReply, .reply, .returned, .consumerCancelled,
            .closeChannel, .blocked, .unblocked, .stopReading, .startReading,
            .closeConnection:
            self.effects[connection, default: []].append(effect)
        }
    }

    private func note(_ view: RecordView) {
        self.properties.append((try? MessageProperties(decoding: view.properties)) ?? .init())
    }

    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    // MARK: What clients do

    func send(
        _ command: Command, _ connection: ConnectionID? = nil, _ channel: ChannelNumber? = nil
    ) {
        self.broker.handle(
            command, from: connection ?? self.first, on: channel ?? self.channel, now: self.now)
        self.finish()
    }

    /// Publishes without ending the batch.
    func add(
        _ body: String, to queue: String, exchange: String = "",
        properties: MessageProperties = MessageProperties(), isMandatory: Bool = false,
        isImmediate: Bool = false, _ connection: ConnectionID? = nil
    ) {
        let encoded = properties.encoded()
        let bytes = Array(exchange.utf8) + Array(queue.utf8) + encoded + Array(body.utf8)
        let (names, keyed) = (exchange.utf8.count, exchange.utf8.count + queue.utf8.count)
        let slice = MessageSlice(
            exchangeOffset: 0, exchangeBytes: UInt8(names), keyOffset: names,
            keyBytes: UInt8(queue.utf8.count), propertiesOffset: keyed,
            propertiesBytes: encoded.count, bodyOffset: keyed + encoded.count,
            bodyBytes: body.utf8.count, isMandatory: isMandatory, isImmediate: isImmediate)
        bytes.withUnsafeBytes {
            self.broker.publish(
                slice, in: $0, from: connection ?? self.first, on: self.channel, now: self.now)
        }
    }

    func publish(
        _ bodies: String..., to queue: String, exchange: String = "",
        properties: MessageProperties = MessageProperties()
    ) {
        for body in bodies {
            self.add(body, to: queue, exchange: exchange, properties: properties)
        }
        self.finish()
    }

    func declare(_ name: String, durable: Bool = false, arguments: FieldTable = [:]) {
        self.send(
            .declareQueue(
                QueueDeclaration(
                    name: QueueName(name), isDurable: durable, arguments: arguments)))
    }

    func consume(
        _ queue: String, tag: String, autoAck: Bool = false, _ connection: ConnectionID? = nil
    ) {
        self.send(
            .consume(
                ConsumeRequest(
                    queue: QueueName(queue), tag: ConsumerTag(tag), isAutoAck: autoAck)),
            connection)
    }

    /// Fetches one message.
    func get(_ queue: String, autoAck: Bool = true) -> Received? {
        let before = self.received[self.first]?.count ?? 0
        self.send(.get(QueueName(queue), isAutoAck: autoAck))
        let all = self.received[self.first] ?? []
        return all.count > before ? all.last : nil
    }

    /// Fetches everything that is ready.
    func drain(_ queue: String) -> [String] {
        var bodies: [String] = []
        while let message = self.get(queue) { bodies.append(message.body) }
        return bodies
    }

    func ack(_ tag: UInt64, multiple: Bool = false) {
        self.send(.ack(DeliveryTag(tag), isMultiple: multiple))
    }

    func reject(_ tag: UInt64, requeue: Bool, _ connection: ConnectionID? = nil) {
        self.send(.reject(DeliveryTag(tag), isRequeue: requeue), connection)
    }

    func advance(milliseconds: Int64) {
        self.now = self.now.adding(microseconds: milliseconds * 1_000)
        self.broker.timeReached(now: self.now)
        self.finish()
    }

    // MARK: What there is to see

    /// The bodies delivered since the last call.
    func deliveries(_ connection: ConnectionID? = nil) -> [String] {
        (self.received.removeValue(forKey: connection ?? self.first) ?? []).map(\.body)
    }

    func takeEffects(_ connection: ConnectionID? = nil) -> [Effect] {
        self.effects.removeValue(forKey: connection ?? self.first) ?? []
    }

    /// The refusal that closed a channel or connection last.
    func refusal(_ connection: ConnectionID? = nil) -> Refusal? {
        for effect in (self.effects[connection ?? self.first] ?? []).reversed() {
            switch effect {
            case .closeChannel(_, let refusal), .closeConnection(_, let refusal): return refusal
            case .deliver, .awaitCommit, .got, .confirm, .reject, .directReply, .reply, .returned,
                .consumerCancelled, .blocked, .unblocked, .stopReading, .startReading:
                continue
            }
        }
        return nil
    }

    func figures(_ queue: String) -> QueueFigures? {
        self.broker.sample(now: self.now).queues.first { $0.name.text == queue }
    }

    func depth(_ queue: String) -> [Int] {
        self.figures(queue).map { [$0.ready, $0.unacked] } ?? []
    }

    func browse(_ queue: String, after: Position? = nil, countMax: Int = 1_000) -> [BrowsedRecord] {
        let answer = self.broker.browse(
            QueueName(queue), after: after, countMax: countMax, bodyBytesMax: 1_000)
        guard case .value(let page) = answer else { return [] }
        return page.records
    }
}

extension BrowsedRecord {
    var text: String { String(decoding: self.message.body, as: UTF8.self) }
}

// What may have to wait for the store to read something back.
extension TestBroker {
    /// Everything in a queue, loading what is evicted.
    func patientBrowse(_ queue: String) -> [BrowsedRecord] {
        while true {
            let answer = self.broker.browse(
                QueueName(queue), after: nil, countMax: 100_000, bodyBytesMax: 20)
            switch answer {
            case .value(let page): return page.records
            case .loading: self.finish()
            case .queueNotFound: return []
            }
        }
    }

    @discardableResult
    func delete(_ positions: [Position], from queue: String) -> Int {
        while true {
            let answer = self.broker.deleteMessages(
                positions, from: QueueName(queue), now: self.now)
            self.finish()
            switch answer {
            case .value(let count): return count
            case .loading: continue
            case .queueNotFound: return 0
            }
        }
    }

    /// Redrives to the end and sums up the steps.
    @discardableResult
    func redrive(
        _ source: String, _ selection: RedriveSelection, to target: RedriveTarget,
        countMax: Int = 5
    ) -> RedriveStep {
        var total = RedriveStep()
        var cursor = RedriveCursor.start
        while true {
            let step = self.broker.redriveStep(
                source: QueueName(source), selection: selection, target: target, from: cursor,
                countMax: countMax, now: self.now)
            total.moved += step.moved
            total.unroutable += step.unroutable
            total.missing += step.missing
            total.movedTo.merge(step.movedTo, uniquingKeysWith: +)
            total.next = step.next
            total.end = step.end
            self.broker.endBatch(now: self.now)
            self.finish()
            switch step.next {
            case .goOn(let next), .loading(let next): cursor = next
            case .finished, .sourceNotFound, .targetNotFound: return total
            }
        }
    }
}

// What operators do. The broker itself cannot be copied, so expectations call it through these.
extension TestBroker {
    func detail(_ queue: QueueName) -> QueueFacts? {
        self.broker.detail(of: queue, now: self.now)
    }

    func purge(_ queue: QueueName) -> Int? {
        defer { self.finish() }
        return self.broker.purge(queue, now: self.now)
    }

    func deleteQueue(_ queue: QueueName, ifUnused: Bool, ifEmpty: Bool) -> QueueDeletion {
        defer { self.finish() }
        return self.broker.deleteQueue(
            queue, ifUnused: ifUnused, ifEmpty: ifEmpty, now: self.now)
    }
}
