import ArgumentParser
import Messaging

extension QueueName: ExpressibleByArgument {
    /// - Returns: nil of what no queue can be called.
    package init?(argument: String) {
        guard (1...Limits.nameBytesMax).contains(argument.utf8.count) else { return nil }
        self.init(argument)
    }
}
