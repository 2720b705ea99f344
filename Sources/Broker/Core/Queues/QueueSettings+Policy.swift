import Messaging

extension QueueSettings {
    /// What policies say that has an effect, for people: RabbitMQ's API tells all of it.
    var policyInForce: FieldTable {
        FieldTable(self.policy.definition.fields.filter { !self.passesOver($0.name) })
    }

    /// Whether queues of its type do nothing about a key of a policy.
    private func passesOver(_ key: String) -> Bool {
        let argument = "x-\(key)"
        if self.isStream {
            // A stream is always in sync; the others are foreign to it.
            return argument == QueueArguments.durability
                || QueueArguments.foreignToStreams.contains(argument)
        }
        return self.type.foreignArguments.contains(argument)
            || (self.type == .quorum && argument == QueueArguments.durability)
    }
}
