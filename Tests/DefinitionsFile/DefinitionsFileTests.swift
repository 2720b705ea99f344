import Core
import DefinitionsFile
import FoundationEssentials
import Messaging
import Testing

/// Files in the format that RabbitMQ exports.
struct DefinitionsFileTests {
    /// Reads what such a file says.
    private func read(_ text: String) throws -> Definitions {
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appending(path: "definitions-\(UInt64.random(in: .min ... .max)).json")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try DefinitionsFile(path: file.path()).read()
    }

    private func error(_ text: String) -> DefinitionsError? {
        do {
            _ = try self.read(text)
            return nil
        } catch {
            return error as? DefinitionsError
        }
    }

    @Test("Policies of both kinds, with their virtual hosts, are read as RabbitMQ writes them")
    func policies() throws {
        let definitions = try self.read(
            """
            {"rabbit_version": "3.10.8", "users": [{"name": "guest", "tags": "administrator"}],
             "vhosts": [{"name": "/"}, {"name": "shop"}],
             "policies": [{"vhost": "shop", "name": "limit", "pattern": "^orders", "priority": 2,
                           "apply-to": "queues",
                           "definition": {"max-length": 10, "overflow": "reject-publish"}}],
             "parameters": [
               {"component": "shovel", "vhost": "/", "name": "other", "value": {"src-uri": "x"}},
               {"component": "operator_policy", "vhost": "/", "name": "cap",
                "value": {"pattern": ".*", "definition": {"expires": 5000}}}]}
            """)
        #expect(definitions.virtualHosts == ["/", "shop"])
        let limit = Policy(
            name: "limit", pattern: "^orders", target: .queues, priority: 2,
            definition: ["max-length": .int64(10), "overflow": .string("reject-publish")])
        let cap = Policy(name: "cap", pattern: ".*", definition: ["expires": .int64(5_000)])
        #expect(
            definitions.policies == [
                .init(host: "shop", policy: limit, isOperator: false),
                .init(host: "/", policy: cap, isOperator: true),
            ])
    }

    @Test("Users and permissions are read as RabbitMQ writes them, now and before 3.9")
    func users() throws {
        let definitions = try self.read(
            """
            {"users": [
               {"name": "now", "password_hash": "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR",
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ["administrator", "x"], "limits": {"max-connections": 3}},
               {"name": "before", "password_hash": "", "tags": "management, monitoring"},
               {"name": "nothing"}],
             "permissions": [
               {"user": "now", "vhost": "/", "configure": "^a", "write": "", "read": ".*"}],
             "topic_permissions": [
               {"user": "now", "vhost": "/", "exchange": "t", "write": "^a", "read": ".*"}],
             "global_parameters": [{"name": "cluster_name", "value": "x"}],
             "parameters": [{"component": "vhost-limits", "vhost": "/", "name": "limits",
                             "value": {"max-queues": 10}}]}
            """)
        #expect(definitions.users.map(\.name) == ["now", "before", "nothing"])
        #expect(definitions.users.map(\.passwordHash.count) == [36, 0, 0])
        #expect(definitions.users[0].passwordHash.prefix(4) == [0x90, 0x8D, 0xC6, 0x0A])
        #expect(
            definitions.users.map(\.tags)
                == [["administrator", "x"], ["management", "monitoring"], []])
        #expect(
            definitions.permissions
                == [Permission("now", in: "/", configure: "^a", write: "", read: ".*")])
        #expect(
            definitions.topicPermissions
                == [TopicPermission("now", in: "/", exchange: "t", write: "^a", read: ".*")])
    }

    @Test("A password in plain text becomes a hash; a hash that is none is refused")
    func passwords() throws {
        let users = try self.read(#"{"users": [{"name": "u", "password": "p"}]}"#).users
        #expect(users[0].passwordHash.count == 36)
        #expect(users[0].hashing == .sha256)
        for wrong in [
            #""password_hash": "no base64!""#, #""hashing_algorithm": "rot13""#, #""tags": 5"#,
        ] {
            let error = self.error(#"{"users": [{"name": "u", \#(wrong)}]}"#)
            guard case .malformed(_, let reason) = error else {
                Issue.record("taken: \(wrong)")
                continue
            }
            #expect(reason.contains("entry 1"))
        }
    }

    @Test("Exchanges, queues and bindings of both kinds are read with their arguments")
    func topology() throws {
        let definitions = try self.read(
            """
            {"exchanges": [{"name": "x", "vhost": "/", "type": "headers", "durable": true,
                            "auto_delete": false, "internal": true, "arguments": {}}],
             "queues": [{"name": "q", "vhost": "/", "durable": true, "auto_delete": false,
                         "arguments": {"x-max-priority": 5, "x-single-active-consumer": true}}],
             "bindings": [
               {"source": "x", "vhost": "/", "destination": "q", "destination_type": "queue",
                "routing_key": "k", "arguments": {"x-match": "any", "n": 1.5, "nothing": null}},
               {"source": "x", "vhost": "/", "destination": "y", "destination_type": "exchange",
                "routing_key": ""}]}
            """)
        #expect(
            definitions.exchanges == [
                .init(
                    host: "/",
                    exchange: ExchangeDeclaration(
                        name: "x", type: "headers", isDurable: true, isInternal: true))
            ])
        #expect(
            definitions.queues.map(\.queue.arguments) == [
                ["x-max-priority": .int64(5), "x-single-active-consumer": .bool(true)]
            ])
        #expect(
            definitions.bindings.map(\.binding) == [
                BindingRequest(
                    .queue("q"), to: "x", routingKey: "k",
                    arguments: ["n": .double(1.5), "nothing": .void, "x-match": .string("any")]),
                BindingRequest(.exchange("y"), to: "x", routingKey: ""),
            ])
    }

    @Test("A file that is missing, no JSON or not of that form is refused with the place")
    func malformed() {
        #expect(throws: DefinitionsError.self) {
            try DefinitionsFile(path: "/nowhere/definitions.json").read()
        }
        #expect(
            self.error(#"{"policies": [{"vhost": "/", "name": "p", "definition": {}}]}"#)?
                .description.contains("'pattern' is missing in 'policies', entry 1") == true)
        #expect(
            self.error(#"{"vhosts": [{"name": 5}]}"#)?.description
                .contains("another kind is expected in 'vhosts', entry 1, 'name'") == true)
        #expect(self.error("{")?.description.contains("is no file of definitions") == true)
    }
}
