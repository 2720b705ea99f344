import Core
import Engine
import Messaging

/// What RabbitMQ does not tell of queues, for all queues of a virtual host at once: exact totals,
/// ages, processing times, how messages flow and what holds for them; and of the broker itself.
struct FiguresController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queuetop/figures/{vhost}") { request in
            try request.requireQuery()
            try await self.context.require(request.host)
            let figures = await self.context.engine.sample(in: request.host)
            return .object { json in
                json.key("broker")
                json.object { $0.broker(figures, isWatcher: request.account.may(.monitoring)) }
                json.key("queues")
                json.array { json in
                    for queue in figures.queues { json.object { $0.figures(queue) } }
                }
            }
        }
    }
}

extension JSONWriter {
    /// - Parameter isWatcher: Whether the account may see what `/api/nodes` shows.
    fileprivate mutating func broker(_ figures: BrokerFigures, isWatcher: Bool) {
        self.field("delayed", figures.delayed)
        self.field("unroutable", figures.unroutableTotal)
        self.field("message_memory_bytes", figures.messageMemoryBytes)
        guard isWatcher else { return }
        let trouble = figures.trouble
        self.field("blocked_connections", trouble.blockedConnections)
        if let used = trouble.memoryUsedBytes, let limit = trouble.memoryLimitBytes {
            self.key("memory_alarm")
            self.object { json in
                json.field("used_bytes", used)
                json.field("limit_bytes", limit)
            }
        }
        self.diskAlarm(trouble.disk)
        self.field("files_short", trouble.areFilesShort)
        self.field("damages", trouble.damages)
    }

    private mutating func diskAlarm(_ state: DiskState) {
        if state == .fine { return }
        self.key("disk_alarm")
        self.object { json in
            switch state {
            case .fine: break
            case .low(let free, let limit):
                json.field("free_bytes", free)
                json.field("limit_bytes", limit)
            case .failing(let reason): json.field("reason", reason)
            }
        }
    }
}
