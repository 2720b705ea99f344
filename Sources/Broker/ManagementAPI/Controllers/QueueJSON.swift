import Core
import Messaging

/// A queue as RabbitMQ's API shows it.
///
/// What this broker does not know, such as bytes that are unacked, is left out.
extension JSONWriter {
    /// What its declaration says: all that is shown with `disable_stats`.
    mutating func queueBasics(_ queue: QueueListing, _ identity: BrokerFace) {
        self.field("arguments", queue.arguments)
        self.field("auto_delete", queue.figures.traits.contains(.autoDelete))
        self.field("durable", queue.figures.traits.contains(.durable))
        self.field("exclusive", queue.figures.traits.contains(.exclusive))
        self.field("name", queue.name.text)
        self.field("node", identity.node)
        self.field("state", "running")
        self.field("type", queue.type.rawValue)
        self.field("vhost", queue.host.text)
    }

    mutating func queueTotals(_ queue: QueueListing, _ identity: BrokerFace) {
        self.field("messages", queue.figures.ready + queue.figures.unacked)
        self.field("messages_ready", queue.figures.ready)
        self.field("messages_unacknowledged", queue.figures.unacked)
        if queue.type != .classic { self.members(identity) }
    }

    mutating func queue(_ queue: QueueListing, _ rates: QueueRates?, _ identity: BrokerFace) {
        let figures = queue.figures
        self.queueBasics(queue, identity)
        self.field("consumers", figures.consumers)
        self.field("effective_policy_definition", queue.effectivePolicy)
        // A stream's bytes are those of whole records.
        if queue.type != .stream {
            self.field("message_bytes", figures.readyBytes + figures.unackedBytes)
            self.field("message_bytes_ready", figures.readyBytes)
            self.field("message_bytes_unacknowledged", figures.unackedBytes)
            self.field("messages_ram", queue.memory.messages)
        }
        if queue.type == .classic {
            self.field("messages_paged_out", queue.memory.evictedMessages)
            self.key("head_message_timestamp")
            if let seconds = queue.headTimestampSeconds {
                self.integer(seconds)
            } else {
                self.null()
            }
        }
        self.field("memory", queue.memory.bytes)
        self.depth(figures.ready, figures.unacked, rates?.ready, rates?.unacked)
        self.field("operator_policy", orNull: queue.operatorPolicy)
        self.field("policy", orNull: queue.policy)
        self.key("message_stats")
        self.object { json in
            json.messageStats(figures.tally, rates?.messages)
            json.count("publish", figures.tally[.publish], rates?.messages[.publish])
        }
        switch queue.type {
        case .classic:
            self.field("exclusive_consumer_tag", orNull: queue.exclusiveTag?.text)
            self.field("single_active_consumer_tag", orNull: queue.singleActiveTag?.text)
            self.backingQueue(queue)
        case .quorum:
            self.members(identity)
            self.field("single_active_consumer_ctag", orNull: queue.singleActiveTag?.text)
        case .stream: self.members(identity)
        }
        if let owner = queue.owner {
            self.key("owner_pid_details")
            self.object { json in
                json.field("name", identity.connectionName(owner))
                json.peer(owner)
            }
        }
        self.ownFigures(figures)
    }

    private mutating func members(_ identity: BrokerFace) {
        self.field("leader", identity.node)
        self.field("members", [identity.node])
        self.field("online", [identity.node])
    }

    private mutating func backingQueue(_ queue: QueueListing) {
        self.key("backing_queue_status")
        self.object { json in
            json.field("len", queue.figures.ready)
            guard !queue.readyByPriority.isEmpty else { return }
            json.key("priority_lengths")
            json.object { json in
                for (priority, ready) in queue.readyByPriority.enumerated() {
                    json.key(named: "\(priority)")
                    json.integer(Int64(ready))
                }
            }
        }
    }

    /// What RabbitMQ does not know, under one name so that it gets in nobody's way.
    private mutating func ownFigures(_ figures: QueueFigures) {
        self.key("queuetop")
        self.object { json in
            json.field("dead", figures.dead)
            json.field("waiting", figures.waiting)
            json.field("expired", figures.tally.expired)
            json.field("rejected", figures.tally.rejected)
            json.field("dropped", figures.tally.droppedByLength)
            json.field("dead_lettered", figures.tally.deadLettered)
            json.field("purged", figures.tally.purged)
            if let age = figures.oldestReadyMicroseconds {
                json.field("oldest_ready_seconds", Double(age) / 1_000_000)
            }
            if let age = figures.oldestUnackedMicroseconds {
                json.field("oldest_unacked_seconds", Double(age) / 1_000_000)
            }
        }
    }
}
