import Messaging

/// What joins a destination to an exchange; all three together make it unique for its destination.
struct Binding: Hashable {
    var source: ExchangeName
    var routingKey: String
    var arguments: FieldTable
}
