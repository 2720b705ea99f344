import Core
import Engine
import Messaging

/// What changes in the broker, as server-sent events: queues and connections that come and go,
/// alarms.
///
/// Source: WHATWG HTML, "Server-sent events".
struct EventsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queuetop/events", .monitoring) { request in
            try request.requireQuery()
            var answer = APIAnswer(contentType: SlowClientHandler.events)
            answer.stream = ChangeStream(self.context)
            return answer
        }
    }
}

/// What events tell of: what there is at one moment.
private struct Presence: Sendable {
    var queues: Set<QueuePlace> = []
    var connections: Set<String> = []
    var alarms: Set<String> = []
}

/// Looks at the broker every second, and tells what is not as it was.
private actor ChangeStream: EventStream {
    private static let interval = Duration.seconds(1)
    /// Looks without a change after which a comment shows that both ends are still there.
    private static let quietLooksMax = 15

    private let context: ManagementContext
    private var before: Presence?
    private var quietLooks = 0

    init(_ context: ManagementContext) { self.context = context }

    func next() async -> [UInt8]? {
        while !Task.isCancelled {
            let now = await self.context.engine.presence
            guard let before = exchange(&self.before, with: now) else {
                return Array(": what changes from now on\n\n".utf8)
            }
            let events = self.events(before, now)
            if !events.isEmpty {
                self.quietLooks = 0
                return events
            }
            self.quietLooks += 1
            if self.quietLooks >= Self.quietLooksMax {
                self.quietLooks = 0
                return Array(": nothing new\n\n".utf8)
            }
            guard (try? await Task.sleep(for: Self.interval)) != nil else { return nil }
        }
        return nil
    }

    private func events(_ before: Presence, _ now: Presence) -> [UInt8] {
        var events: [UInt8] = []
        func tell(_ name: String, _ write: (inout JSONWriter) -> Void) {
            var json = JSONWriter()
            json.object(write)
            events += "event: \(name)\ndata: ".utf8
            events += json.bytes
            events += "\n\n".utf8
        }
        for queue in now.queues.subtracting(before.queues) {
            tell("queue.declared") { $0.place(queue) }
        }
        for queue in before.queues.subtracting(now.queues) {
            tell("queue.deleted") { $0.place(queue) }
        }
        for origin in now.connections.subtracting(before.connections) {
            tell("connection.opened") {
                $0.field("name", self.context.identity.connectionName(origin))
            }
        }
        for origin in before.connections.subtracting(now.connections) {
            tell("connection.closed") {
                $0.field("name", self.context.identity.connectionName(origin))
            }
        }
        for alarm in now.alarms.subtracting(before.alarms) {
            tell("alarm.raised") { $0.field("resource", alarm) }
        }
        for alarm in before.alarms.subtracting(now.alarms) {
            tell("alarm.cleared") { $0.field("resource", alarm) }
        }
        return events
    }
}

extension JSONWriter {
    fileprivate mutating func place(_ queue: QueuePlace) {
        self.field("name", queue.name.text)
        self.field("vhost", queue.host.text)
    }
}

extension Engine {
    fileprivate var presence: Presence {
        self.snapshot { broker, now in
            var presence = Presence()
            presence.queues = Set(broker.queuePlaces(in: nil))
            for host in broker.virtualHosts {
                let clients = broker.clients(in: host, now: now).connections
                presence.connections.formUnion(
                    clients.filter { $0.id.isOfClient }.map(\.origin))
            }
            let trouble = broker.sample(in: VirtualHostName(""), now: now).trouble
            if trouble.memoryLimitBytes != nil { presence.alarms.insert("memory") }
            if trouble.disk != .fine { presence.alarms.insert("disk") }
            return presence
        }
    }
}
