import Messaging

/// What a user may do without a connection of its own: as AMQP would let it.
extension Broker {
    /// Whether a user may look at a queue's messages.
    package func allows(
        _ user: UserName, toRead queue: QueueName, in host: VirtualHostName
    ) -> Bool {
        var grants = self.access.grants(user, in: host)
        return grants.allows(.read, .queue(queue))
    }

    /// Whether a user may have messages put into a queue.
    ///
    /// - Parameter queue: nil is any, by its name, as the default exchange does.
    package func allows(
        _ user: UserName, toWrite queue: QueueName?, in host: VirtualHostName
    ) -> Bool {
        var grants = self.access.grants(user, in: host)
        return grants.allows(.write, queue.map { .queue($0) } ?? .exchange(.default))
    }
}
