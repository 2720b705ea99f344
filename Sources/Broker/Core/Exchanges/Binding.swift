import Messaging

/// What joins a destination to an exchange; all three together make it unique for its destination.
struct Binding: Hashable {
    var source: ExchangeName
    var routingKey: String
    var arguments: FieldTable

    static func == (left: Self, right: Self) -> Bool {
        left.source == right.source && left.routingKey.hasSameOctets(as: right.routingKey)
            && left.arguments == right.arguments
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.source)
        self.routingKey.hashOctets(into: &hasher)
        hasher.combine(self.arguments)
    }
}
