import Core
import Engine
import Messaging

/// The one node that there is.
struct NodesController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("nodes", .monitoring) { request in
            var list = try ItemList(request.query)
            let node = await self.context.engine.node
            list.add(named: self.context.identity.node) { $0.node(node, self.context.identity) }
            return try list.answer()
        }
        routes.get("nodes/{node}", .monitoring) { request in
            guard request.parameter("node") == self.context.identity.node else {
                throw APIFailure.notFound
            }
            let node = await self.context.engine.node
            return .object { $0.node(node, self.context.identity) }
        }
    }
}

/// What a node shows of its broker.
private struct NodeFigures: Sendable {
    var at: Timestamp
    var messageMemoryBytes: Int
    var trouble: BrokerTrouble
    var sockets: Int
    var totals: BrokerTotals
    var queues: Int
}

extension Engine {
    fileprivate var node: NodeFigures {
        self.snapshot { broker, now in
            let figures = broker.sample(in: VirtualHostName(""), now: now)
            let counters = broker.counters(now: now)
            return NodeFigures(
                at: now, messageMemoryBytes: figures.messageMemoryBytes,
                trouble: figures.trouble,
                sockets: counters.connections.count { $0.id.isOfClient },
                totals: counters.totals, queues: counters.queues.count)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func node(_ node: NodeFigures, _ identity: BrokerFace) {
        self.field("name", identity.node)
        self.field("type", "disc")
        self.field("running", true)
        self.field("os_pid", "\(identity.processID)")
        self.field("processors", identity.processors)
        self.field("uptime", node.at.microseconds(since: identity.startedAt) / 1_000)
        self.field("rates_mode", "basic")
        self.key("partitions")
        self.array { _ in }
        self.field("sockets_used", node.sockets)
        self.field("sockets_total", Limits.connectionsMax)
        self.field("mem_alarm", node.trouble.memoryLimitBytes != nil)
        if let limit = node.trouble.memoryLimitBytes { self.field("mem_limit", limit) }
        if let used = node.trouble.memoryUsedBytes { self.field("mem_used", used) }
        self.field("message_memory", node.messageMemoryBytes)
        switch node.trouble.disk {
        case .fine: self.field("disk_free_alarm", false)
        case .low(let freeBytes, let limitBytes):
            self.field("disk_free_alarm", true)
            self.field("disk_free", freeBytes)
            self.field("disk_free_limit", limitBytes)
        case .failing(let reason):
            self.field("disk_free_alarm", true)
            self.field("disk_failure", reason)
        }
        self.field("connection_closed", node.totals.connectionsClosed)
        self.field("queue_deleted", node.totals.queuesDeleted)
        self.exchangeTypes()
        self.key("auth_mechanisms")
        self.array { json in
            for name in ["AMQPLAIN", "PLAIN"] {
                json.object { json in
                    json.field("name", name)
                    json.field("enabled", true)
                }
            }
        }
        self.key("applications")
        self.array { json in
            json.object { json in
                json.field("name", "queuetop")
                json.field("description", "top for message queues")
                json.field("version", identity.version)
            }
        }
        self.contexts(identity)
        self.field("db_dir", identity.dataDirectory)
        self.field("enabled_plugins", [])
    }
}
