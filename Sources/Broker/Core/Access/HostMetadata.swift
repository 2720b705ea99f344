import Messaging

/// What a virtual host says of itself: all that may be said when it is made.
package struct HostMetadata: Hashable, Sendable {
    package var description: String
    package var tags: [String]
    /// The `x-queue-type` of durable queues that are declared without one.
    package var defaultQueueType: String?

    package init(description: String = "", tags: [String] = [], defaultQueueType: String? = nil) {
        self.description = description
        self.tags = tags
        self.defaultQueueType = defaultQueueType
    }

    /// As it stands in a parameter.
    package init(_ value: FieldValue) {
        self.init()
        guard case .table(let table) = value else { return }
        self.description = table["description"]?.text ?? ""
        if case .array(let tags)? = table["tags"] { self.tags = tags.compactMap(\.text) }
        self.defaultQueueType = table["default_queue_type"]?.text
    }

    package var value: FieldValue {
        var table: FieldTable = [
            "description": .string(self.description),
            "tags": .array(self.tags.map { .string($0) }),
        ]
        if let type = self.defaultQueueType {
            table.fields.append(.init("default_queue_type", .string(type)))
        }
        return .table(table)
    }

    /// What no virtual host may have.
    package var problem: AccessProblem? {
        guard let type = self.defaultQueueType,
            !["classic", "quorum", "stream"].contains(type)
        else { return nil }
        return .invalid("invalid_queue_type")
    }
}

extension Broker {
    /// What a virtual host says of itself.
    package func metadata(of host: VirtualHostName) -> HostMetadata {
        if let value = self.parameterValues[.metadata(of: host)] { return HostMetadata(value) }
        return HostMetadata(description: host == .default ? "Default virtual host" : "")
    }

    /// - Returns: Why that cannot be; nil when it was done.
    package mutating func setMetadata(
        _ metadata: HostMetadata, of host: VirtualHostName
    ) -> AccessProblem? {
        self.setParameter(RuntimeParameter(.metadata(of: host), metadata.value))
    }

    /// A client's declaration with the type that its virtual host gives to queues without one.
    ///
    /// Source: RabbitMQ 3.10's `augment_declare_args`: only those that every type could be.
    func augmented(_ declaration: QueueDeclaration, in host: Int) -> QueueDeclaration {
        guard !self.parameterValues.isEmpty, declaration.isDurable, !declaration.isExclusive,
            !declaration.isAutoDelete, declaration.arguments["x-queue-type"] == nil,
            let type = self.metadata(of: self.hosts[host].name).defaultQueueType
        else { return declaration }
        var declaration = declaration
        declaration.arguments.fields.append(.init("x-queue-type", .string(type)))
        return declaration
    }
}
