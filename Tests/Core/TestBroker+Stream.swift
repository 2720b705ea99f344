import Core
import Messaging

// What streams are for: publishing once and reading often.
extension TestBroker {
    func declareStream(_ name: String, _ further: FieldTable = [:]) {
        self.declare(
            name, durable: true,
            arguments: FieldTable([.init("x-queue-type", .string("stream"))] + further.fields))
    }

    /// Consumes a stream with a prefetch, on channel 1 of that connection.
    func read(
        _ queue: String, tag: String, from start: FieldValue? = .string("first"),
        group: String? = nil, prefetch: UInt16 = 1_000, _ connection: ConnectionID? = nil
    ) {
        var arguments = FieldTable()
        arguments["x-stream-offset"] = start
        arguments["x-stream-group"] = group.map { .string($0) }
        self.send(.setPrefetch(count: prefetch, bytes: 0, isGlobal: false), connection)
        self.send(
            .consume(
                ConsumeRequest(
                    queue: QueueName(queue), tag: ConsumerTag(tag), arguments: arguments)),
            connection)
    }

    /// The offsets in the headers of what was delivered since the last call, to whomever.
    func offsets() -> [Int64] {
        self.properties.compactMap { $0.headers?["x-stream-offset"]?.integer }
    }

    func stream(_ queue: String) -> StreamFigures? { self.figures(queue)?.stream }

    /// The groups of a stream, each as `name next lag lost`.
    func groups(_ queue: QueueName) -> [String] {
        let groups = self.detail(queue)?.groups ?? []
        return groups.map { "\($0.name) \($0.nextOffset) \($0.lag) \($0.lost)" }
    }

    /// What was noted of groups, each as `name next`, since the last call.
    func notedOffsets() -> [String] {
        let effects = exchange(&self.storeEffects, with: [])
        return effects.compactMap { effect in
            guard case .note(_, let key, let value) = effect, key.kind == .offset else {
                return nil
            }
            let name = String(decoding: key.bytes, as: UTF8.self)
            let next = value.flatMap { NotedOffset.offset($0) }
            return "\(name) \(next.map { "\($0)" } ?? "-")"
        }
    }
}
