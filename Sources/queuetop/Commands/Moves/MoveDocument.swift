import Messaging
import PlainJSON

/// What every move prints for programs, within a broker or to another one.
struct MoveDocument {
    /// Where the messages go: a broker.
    var target: String
    var queues: [Queue]

    /// One queue and what became of it; nil is not known, or not yet.
    struct Queue: Sendable {
        var source: QueueName
        var target: QueueName
        var ready: Int
        var moved: Int?
        var duplicated: Int?
        var uncertain: Int?
        var missing: Int?
        var sourceAfter: Int?
        var targetBefore: Int?
        var targetAfter: Int?
        var outcome = "not begun"
    }

    /// All but `dry_run`, which ``ActOptions`` puts before it.
    var members: [JSON.Member] {
        [
            .init("action", .text("move")), .init("target", .text(self.target)),
            .init("queues", .array(self.queues.map { Self.json(of: $0) })),
        ]
    }

    private static func json(of queue: Queue) -> JSON {
        func count(_ value: Int?) -> JSON { value.map { .count($0) } ?? .null }
        return [
            "from": .text(queue.source.text), "to": .text(queue.target.text),
            "ready_messages": .count(queue.ready), "moved_messages": count(queue.moved),
            "duplicated_messages": count(queue.duplicated),
            "uncertain_messages": count(queue.uncertain),
            "missing_messages": count(queue.missing),
            "source_ready_messages": count(queue.sourceAfter),
            "target_before_messages": count(queue.targetBefore),
            "target_ready_messages": count(queue.targetAfter),
            "outcome": .text(queue.outcome),
        ]
    }
}
