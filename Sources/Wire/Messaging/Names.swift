/// The name of a queue, at most ``Limits/nameBytesMax`` bytes of UTF-8.
///
/// Names come from clients and may hold any character; only the canvas may show them.
package struct QueueName: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// The name of an exchange, at most ``Limits/nameBytesMax`` bytes; empty for the default exchange.
package struct ExchangeName: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }

    /// The exchange that routes to the queue whose name is the routing key (AMQP 0-9-1, 3.1.3.1).
    package static let `default` = ExchangeName("")
}

/// The name of a virtual host: a namespace of exchanges and queues.
package struct VirtualHostName: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }

    /// The one that every broker begins with.
    package static let `default` = VirtualHostName("/")
}

/// What a consumer calls itself; unique within its channel.
package struct ConsumerTag: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }
}

extension QueueName: CustomStringConvertible, ExpressibleByStringLiteral, Comparable {
    package init(stringLiteral text: String) { self.init(text) }
    package var description: String { self.text }
    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension ExchangeName: CustomStringConvertible, ExpressibleByStringLiteral, Comparable {
    package init(stringLiteral text: String) { self.init(text) }
    package var description: String { self.text }
    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension ConsumerTag: CustomStringConvertible, ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
    package var description: String { self.text }
}

extension VirtualHostName: CustomStringConvertible, ExpressibleByStringLiteral, Comparable {
    package init(stringLiteral text: String) { self.init(text) }
    package var description: String { self.text }
    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
