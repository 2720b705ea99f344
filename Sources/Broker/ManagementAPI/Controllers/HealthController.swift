import Core
import Engine
import Messaging

/// What monitors ask: is all well.
struct HealthController: Controller {
    private static let queue: QueueName = "aliveness-test"
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("aliveness-test/{vhost}") { request in try await self.aliveness(request) }
        let ok: Routes.Handler = { _ in .statusOK }
        let node: Routes.Handler = { request in try await self.node(request) }
        routes.get("healthchecks/node", .management, node)
        routes.get("healthchecks/node/{node}", .management, node)
        routes.get("health/checks/virtual-hosts", .management, ok)
        routes.get("health/checks/certificate-expiration/{within}/{unit}") { request in
            try await self.certificates(request)
        }
        let alarms: Routes.Handler = { _ in await self.alarms() }
        routes.get("health/checks/alarms", .management, alarms)
        routes.get("health/checks/local-alarms", .management, alarms)
        let alone: Routes.Handler = { _ in
            .object { json in
                json.field("status", "ok")
                json.field("reason", "single node cluster")
            }
        }
        routes.get("health/checks/node-is-mirror-sync-critical", .management, alone)
        routes.get("health/checks/node-is-quorum-critical", .management, alone)
        routes.get("health/checks/port-listener/{port}") { request in
            try self.portListener(request.parameter("port"))
        }
        routes.get("health/checks/protocol-listener/{protocol}") { request in
            self.protocolListener(request.parameter("protocol"))
        }
    }

    /// Declares a queue, publishes to it and fetches from it, as RabbitMQ's test does.
    private func aliveness(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        try await self.context.require(request.host)
        let name = Self.queue
        try await InProcessSession.run(
            on: self.context.engine, as: request.account.name, in: request.host
        ) { session throws(APIFailure) in
            try await session.ask(
                .declareQueue(QueueDeclaration(name: name)), wordForWord: true)
            let message = Message(
                exchange: .default, routingKey: name.text, body: Array("test_message".utf8))
            _ = try await session.publish(message)
            try await session.ask(.get(name, isAutoAck: true))
        }
        return .statusOK
    }

    /// What is short at the moment.
    private var alarmNames: [String] {
        get async {
            let trouble = await self.context.engine.trouble
            var alarms: [String] = []
            if trouble.memoryLimitBytes != nil { alarms.append("memory") }
            if trouble.disk != .fine { alarms.append("disk") }
            if trouble.areFilesShort { alarms.append("file_descriptor_limit") }
            return alarms
        }
    }

    private func node(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let name = request.parameters["node"]
        guard name == nil || name == self.context.identity.node else { throw .notFound }
        let alarms = await self.alarmNames
        guard !alarms.isEmpty else { return .statusOK }
        return .object(.unavailable) { json in
            json.field("status", "failed")
            json.field(
                "reason", "resource alarm(s) in effect:[\(alarms.joined(separator: ","))]")
        }
    }

    private func certificates(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let now = await self.context.engine.snapshot { _, now in now }
        let check = try CertificateCheck(
            within: request.parameter("within"), request.parameter("unit"),
            now: now.microseconds / 1_000_000)
        let identity = self.context.identity
        let listeners = [
            identity.secureAMQPPort.map {
                CertificateCheck.Listener(protocolName: "amqp/ssl", port: $0)
            },
            identity.secureManagementPort.map {
                CertificateCheck.Listener(protocolName: "https", port: $0)
            },
        ].compactMap { $0 }
        return check.answer(self.context.certificates(), listeners, identity)
    }

    private func alarms() async -> APIAnswer {
        let alarms = await self.alarmNames
        guard !alarms.isEmpty else { return .statusOK }
        return .object(.unavailable) { json in
            json.field("status", "failed")
            json.field("reason", "There are alarms in effect in the cluster")
            json.key("alarms")
            json.array { json in
                for alarm in alarms {
                    json.object { json in
                        json.field("node", self.context.identity.node)
                        json.field("resource", alarm)
                    }
                }
            }
        }
    }

    private func portListener(_ text: String) throws(APIFailure) -> APIAnswer {
        guard let port = Int(text) else { throw .badRequest("Invalid port") }
        let ports =
            [
                Int(self.context.identity.managementPort), Int(self.context.identity.amqpPort),
            ]
            + [self.context.identity.secureManagementPort, self.context.identity.secureAMQPPort]
            .compactMap { $0.map { Int($0) } }
        guard ports.contains(port) else {
            return .object(.unavailable) { json in
                json.field("status", "failed")
                json.field("reason", "No active listener")
                json.field("missing", port)
                json.key("ports")
                json.array { json in for port in ports { json.integer(Int64(port)) } }
            }
        }
        return .object { json in
            json.field("status", "ok")
            json.field("port", port)
        }
    }

    private func protocolListener(_ name: String) -> APIAnswer {
        let identity = self.context.identity
        let names =
            ["http", "amqp"] + (identity.secureManagementPort == nil ? [] : ["https"])
            + (identity.secureAMQPPort == nil ? [] : ["amqp/ssl"])
        guard names.contains(name) else {
            return .object(.unavailable) { json in
                json.field("status", "failed")
                json.field("reason", "No active listener")
                json.field("missing", name)
                json.field("protocols", names)
            }
        }
        return .object { json in
            json.field("status", "ok")
            json.field("protocol", name)
        }
    }
}

extension Engine {
    fileprivate var trouble: BrokerTrouble {
        self.snapshot { broker, now in
            broker.sample(in: VirtualHostName(""), now: now).trouble
        }
    }
}
