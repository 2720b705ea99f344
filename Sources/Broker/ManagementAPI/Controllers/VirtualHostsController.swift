import Core
import Engine
import Messaging
import PlainJSON

/// Virtual hosts: listed, looked at, made and deleted.
struct VirtualHostsController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("vhosts") { request in
            var list = try ItemList(request.query)
            for host in await self.context.engine.hostFigures(nil)
            where request.account.maySee(host.name) {
                list.add(named: host.name.text) { $0.host(host, self.context.identity) }
            }
            return try list.answer()
        }
        routes.get("vhosts/{vhost}", .administrator) { request in
            guard let host = await self.context.engine.hostFigures(request.host).first else {
                throw APIFailure.notFound
            }
            return .object { $0.host(host, self.context.identity) }
        }
        routes.put("vhosts/{vhost}", .administrator) { request in try await self.put(request) }
        routes.delete("vhosts/{vhost}", .administrator) { request in
            let isGone: Bool
            do throws(AccessProblem) {
                isGone = try await self.context.engine.deleteVirtualHost(request.host)
            } catch {
                throw APIFailure.badRequest("\(error)")
            }
            guard isGone else { throw APIFailure.notFound }
            await self.context.engine.settled()
            return .noContent
        }
    }
}

extension VirtualHostsController {
    private func put(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        var metadata = try HostMetadata(request.object())
        let isThere = await self.context.engine.virtualHosts.contains(request.host)
        if isThere {
            // The type of its queues is chosen once, when it is made.
            metadata.defaultQueueType =
                await self.context.engine.metadata(of: request.host).defaultQueueType
        } else if let problem = metadata.problem {
            throw APIFailure(problem)
        }
        // Whoever makes it may use it, as in RabbitMQ.
        let maker = UserName(request.account.name)
        let problem = await self.context.engine.putVirtualHost(request.host)
        guard problem == nil else { throw APIFailure(problem) }
        if let problem = await self.context.engine.setMetadata(metadata, of: request.host) {
            throw APIFailure(problem)
        }
        if !isThere, await self.context.engine.user(maker) != nil {
            _ = await self.context.engine.setPermission(.all(maker, in: request.host))
        }
        await self.context.engine.settled()
        return isThere ? .noContent : .created
    }
}

extension HostMetadata {
    /// What a request says of a virtual host.
    ///
    /// RabbitMQ 3.10 reads `defaultqueuetype`, later versions and its own documentation
    /// `default_queue_type`.
    ///
    /// - Throws: 400 for a value of a wrong kind, and for tracing, which nothing here does.
    fileprivate init(_ body: JSON) throws(APIFailure) {
        self.init()
        guard try !body.flag("tracing") else {
            throw .badRequest("tracing is not supported: messages can be looked at where they lie")
        }
        self.description = body["description"]?.text ?? ""
        switch body["tags"] {
        case nil: break
        case .text(let tags)?: self.tags = UsersController.tags(tags)
        case .array(let tags)?: self.tags = tags.compactMap(\.text)
        case .some: throw .badRequest("tags should be a string or a list of strings")
        }
        self.defaultQueueType = (body["default_queue_type"] ?? body["defaultqueuetype"])?.text
    }
}

extension ManagementContext {
    /// Adds what an operator defines.
    ///
    /// - Throws: 400 with what is wrong, in the frame that RabbitMQ has for it.
    func define(_ definitions: Definitions) async throws(APIFailure) {
        let problems = await self.engine.merge(definitions)
        guard problems.isEmpty else {
            let reason = problems.joined(separator: "; ")
            throw .badRequest("Validation failed\n\n\(reason)\n")
        }
    }
}

/// A virtual host and what lies in it.
private struct HostFigures: Sendable {
    var name: VirtualHostName
    var metadata: HostMetadata
    var ready: Int
    var unacked: Int
    var tally: QueueTally
}

extension Engine {
    /// - Parameter name: nil for all of them.
    fileprivate func hostFigures(_ name: VirtualHostName?) -> [HostFigures] {
        self.snapshot { broker, now in
            let counters = broker.counters(now: now)
            let places = Dictionary(
                uniqueKeysWithValues: broker.queuePlaces(in: nil).map { ($0.id, $0.host) })
            var hosts = broker.virtualHosts.filter { name == nil || $0 == name }
                .map {
                    HostFigures(
                        name: $0, metadata: broker.metadata(of: $0), ready: 0, unacked: 0,
                        tally: QueueTally())
                }
            for queue in counters.queues {
                guard let index = hosts.firstIndex(where: { $0.name == places[queue.id] }) else {
                    continue
                }
                hosts[index].ready += queue.ready
                hosts[index].unacked += queue.unacked
                hosts[index].tally.add(queue.tally)
            }
            return hosts
        }
    }
}

extension JSONWriter {
    /// - Parameter missing: What stands for no type of queue; nil leaves it out.
    mutating func metadata(_ metadata: HostMetadata, whereNone missing: String?) {
        self.field("description", metadata.description)
        self.field("tags", metadata.tags)
        if let type = metadata.defaultQueueType ?? missing {
            self.field("default_queue_type", type)
        }
    }

    fileprivate mutating func host(_ host: HostFigures, _ identity: BrokerFace) {
        self.field("name", host.name.text)
        self.metadata(host.metadata, whereNone: "undefined")
        self.key("metadata")
        self.object { $0.metadata(host.metadata, whereNone: nil) }
        self.field("tracing", false)
        self.key("cluster_state")
        self.object { json in
            json.key(named: identity.node)
            json.string("running")
        }
        self.depth(host.ready, host.unacked, nil, nil)
        self.key("message_stats")
        self.object { json in
            json.messageStats(host.tally, nil)
            json.count("publish", host.tally[.publish], nil)
        }
    }
}
