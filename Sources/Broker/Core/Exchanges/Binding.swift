import Messaging

/// What joins a queue to an exchange; all three together make it unique for its queue.
struct Binding: Hashable {
    var exchange: ExchangeName
    var routingKey: String
    var arguments: FieldTable
}
