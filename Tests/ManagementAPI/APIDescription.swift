import Core
import Engine
import ManagementAPI
import Messaging
import PlainJSON

/// An OpenAPI document that answers are compared with, as far as ours uses it.
struct APIDescription {
    let document: JSON

    struct Response {
        /// Nil where the body is not described.
        var schema: JSON?
    }

    /// Every method, path and status, such as `GET /api/queuetop/redrives 200`.
    var described: Set<String> {
        var all: Set<String> = []
        for path in self.document["paths"]?.members ?? [] {
            for verb in path.value.members ?? [] {
                for response in verb.value["responses"]?.members ?? [] {
                    all.insert("\(verb.name.uppercased()) \(path.name) \(response.name)")
                }
            }
        }
        return all
    }

    /// What is written of one answer; nil when nothing is.
    func response(_ method: APIMethod, _ path: String, _ status: APIStatus) -> Response? {
        let verb = self.document["paths"]?[path]?[method.rawValue.lowercased()]
        guard let found = verb?["responses"]?["\(status.rawValue)"] else { return nil }
        return Response(
            schema: self.resolved(found)["content"]?["application/json"]?["schema"])
    }

    /// What in a value is not as its schema says; members that the schema does not name are
    /// such, unless it says that there may be others.
    func problems(of json: JSON, _ schema: JSON?, at place: String = "$") -> [String] {
        guard let schema = schema.map(self.resolved) else { return [] }
        if let words = schema["enum"]?.elements {
            return words.contains(json) ? [] : ["\(place) is none of \(words)"]
        }
        let types =
            schema["type"]?.text.map { [$0] } ?? schema["type"]?.elements?.compactMap(\.text)
        guard let types else { return [] }
        guard types.contains(where: { json.isOf(type: $0) }) else {
            return ["\(place) is no \(types)"]
        }
        let items = json.elements ?? []
        var problems = items.enumerated().flatMap { index, item in
            self.problems(of: item, schema["items"], at: "\(place)[\(index)]")
        }
        guard let members = json.members else { return problems }
        for name in schema["required"]?.elements?.compactMap(\.text) ?? []
        where !members.contains(where: { $0.name == name }) {
            problems.append("\(place).\(name) is missing")
        }
        guard schema["properties"] != nil || schema["additionalProperties"] != nil else {
            return problems
        }
        for member in members {
            let known = schema["properties"]?[member.name] ?? schema["additionalProperties"]
            guard let known else {
                problems.append("\(place).\(member.name) is not described")
                continue
            }
            problems += self.problems(of: member.value, known, at: "\(place).\(member.name)")
        }
        return problems
    }

    /// What a reference such as `#/components/schemas/Message` stands for.
    private func resolved(_ json: JSON) -> JSON {
        guard let reference = json["$ref"]?.text else { return json }
        var found = self.document
        for part in reference.split(separator: "/").dropFirst() {
            found = found[String(part)] ?? .null
        }
        return found
    }
}

extension JSON {
    fileprivate func isOf(type: String) -> Bool {
        switch (self, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"),
            (.number, "number"), (.text, "string"), (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}

/// A client that takes what it gets and settles nothing.
final class QuietClient: ConnectionOutlet {
    let connection = ConnectionID(7)

    var awaitedCommit: CommitNumber? { nil }
    func durable(upTo commit: CommitNumber) {}
    func perform(_ effects: [Effect], reading broker: borrowing Broker) {}
    func close(_ code: ReplyCode, _ explanation: String) {}
    func flush() {}
}

extension Engine {
    /// Connects a client that consumes from queues by those tags.
    func attach(_ client: QuietClient, consuming tags: [QueueName: ConsumerTag]) {
        _ = self.connect(client, ConnectingClient(origin: "quiet", user: "guest"))
        let channel = ChannelNumber(1)
        self.batch(for: client) { broker, now in
            broker.handle(.openChannel, from: client.connection, on: channel, now: now)
            broker.handle(
                .setPrefetch(count: 5, bytes: 0, isGlobal: false), from: client.connection,
                on: channel, now: now)
            for (queue, tag) in tags.sorted(by: { $0.key < $1.key }) {
                broker.handle(
                    .consume(.init(queue: queue, tag: tag)), from: client.connection, on: channel,
                    now: now)
            }
        }
    }

    /// Connects a client that reads a stream from its beginning on for a group.
    func attach(_ client: QuietClient, reading stream: QueueName, as group: String) {
        _ = self.connect(client, ConnectingClient(origin: "quiet", user: "guest"))
        let channel = ChannelNumber(1)
        let arguments: FieldTable = [
            "x-stream-offset": .string("first"), "x-stream-group": .string(group),
        ]
        self.batch(for: client) { broker, now in
            for command in [
                Command.openChannel, .setPrefetch(count: 5, bytes: 0, isGlobal: false),
                .consume(.init(queue: stream, tag: "r", arguments: arguments)),
            ] {
                broker.handle(command, from: client.connection, on: channel, now: now)
            }
        }
    }
}
