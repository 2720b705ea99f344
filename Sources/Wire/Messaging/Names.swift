/// The name of a queue, at most ``Limits/nameBytesMax`` bytes of UTF-8.
///
/// Names come from clients and may hold any character; only the canvas may show them.
package struct QueueName: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }

    package static func == (left: Self, right: Self) -> Bool {
        left.text.hasSameOctets(as: right.text)
    }

    package func hash(into hasher: inout Hasher) { self.text.hashOctets(into: &hasher) }
}

/// The name of an exchange, at most ``Limits/nameBytesMax`` bytes; empty for the default exchange.
package struct ExchangeName: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }

    package static func == (left: Self, right: Self) -> Bool {
        left.text.hasSameOctets(as: right.text)
    }

    package func hash(into hasher: inout Hasher) { self.text.hashOctets(into: &hasher) }

    /// The exchange that routes to the queue whose name is the routing key (AMQP 0-9-1, 3.1.3.1).
    package static let `default` = ExchangeName("")
}

/// The name of a virtual host: a namespace of exchanges and queues.
package struct VirtualHostName: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }

    package static func == (left: Self, right: Self) -> Bool {
        left.text.hasSameOctets(as: right.text)
    }

    package func hash(into hasher: inout Hasher) { self.text.hashOctets(into: &hasher) }

    /// The one that every broker begins with.
    package static let `default` = VirtualHostName("/")
}

/// What a user logs in with, at most ``Limits/nameBytesMax`` bytes.
package struct UserName: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }

    package static func == (left: Self, right: Self) -> Bool {
        left.text.hasSameOctets(as: right.text)
    }

    package func hash(into hasher: inout Hasher) { self.text.hashOctets(into: &hasher) }

    /// The one that every new broker begins with.
    package static let guest = UserName("guest")
}

/// What a consumer calls itself; unique within its channel.
package struct ConsumerTag: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }

    package static func == (left: Self, right: Self) -> Bool {
        left.text.hasSameOctets(as: right.text)
    }

    package func hash(into hasher: inout Hasher) { self.text.hashOctets(into: &hasher) }
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

extension UserName: CustomStringConvertible, ExpressibleByStringLiteral, Comparable {
    package init(stringLiteral text: String) { self.init(text) }
    package var description: String { self.text }
    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension String {
    /// Whether the UTF-8 of both is the same, as everything that AMQP compares is compared.
    ///
    /// `==` holds texts for equal that only look the same, such as `é` written in two ways.
    package func hasSameOctets(as other: String) -> Bool {
        self.utf8.count == other.utf8.count && self.utf8.elementsEqual(other.utf8)
    }

    /// Hashes what ``hasSameOctets(as:)`` compares.
    package func hashOctets(into hasher: inout Hasher) {
        var copy = self
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8.max)
    }
}
