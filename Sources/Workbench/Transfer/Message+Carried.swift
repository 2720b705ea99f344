import Messaging

extension Message {
    /// The message as it is published to go to one queue and nowhere else.
    ///
    /// It goes through the default exchange. `CC` and `BCC` would send copies elsewhere, and a
    /// broker takes a `user-id` from that user only, so they are left out; everything else stays,
    /// `expiration` and the death history too.
    package func carried(to queue: QueueName) -> Message {
        var message = self
        message.exchange = .default
        message.routingKey = queue.text
        message.properties.userID = nil
        for name in ["CC", "BCC"] where message.properties.headers?[name] != nil {
            message.properties.headers?.fields.removeAll { $0.name == name }
        }
        return message
    }
}
