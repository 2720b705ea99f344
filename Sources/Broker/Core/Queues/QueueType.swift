import Messaging

/// What kind of queue `x-queue-type` asks for.
///
/// A quorum queue is here what a single node can make of it: a durable queue, whose messages are
/// all persistent, with a limit on how often a message may be returned. It is replicated to
/// nobody. Every message that dies leaves it in the same commit in which it enters its dead-letter
/// queue, so dead-lettering is at least once whatever `x-dead-letter-strategy` says.
enum QueueType: String {
    case classic, quorum

    init(of arguments: FieldTable) {
        self = arguments["x-queue-type"]?.text.flatMap { QueueType(rawValue: $0) } ?? .classic
    }

    /// As RabbitMQ's error texts call it.
    var shown: String { "rabbit_\(self.rawValue)_queue" }

    /// The arguments that only other types of queue have.
    var foreignArguments: [String] {
        let streams = ["x-max-age", "x-stream-max-segment-size-bytes", "x-initial-cluster-size"]
        switch self {
        case .classic:
            return streams + [
                "x-max-in-memory-length", "x-max-in-memory-bytes", "x-delivery-limit",
                "x-quorum-initial-group-size", "x-dead-letter-strategy", "x-queue-leader-locator",
            ]
        case .quorum:
            return streams + [
                "x-max-priority", "x-queue-mode", "x-queue-version", "x-queue-master-locator",
            ]
        }
    }

    func refusal(of argument: String, for resource: String) -> Fault {
        Fault(
            .preconditionFailed,
            "invalid arg '\(argument)' for \(resource) of queue type \(self.shown)")
    }

    /// How often a message may be returned.
    ///
    /// - Parameter limit: The lower of what argument and policy say; a negative one is none.
    func deliveryLimit(_ limit: Int64?) -> Int64? {
        switch self {
        case .classic: return nil
        case .quorum:
            let limit = limit ?? Limits.deliveryLimit
            return limit < 0 ? nil : limit
        }
    }

    /// Checks what the type wants of a declaration beside its arguments.
    func checkProperties(
        _ declaration: QueueDeclaration, of resource: String, isOwned: Bool
    ) throws(Fault) {
        guard self == .quorum else { return }
        func refused(_ property: String) -> Fault {
            Fault(.preconditionFailed, "invalid property '\(property)' for \(resource)")
        }
        if declaration.isAutoDelete { throw refused("auto-delete") }
        if isOwned { throw refused("exclusive-owner") }
        if !declaration.isDurable { throw refused("non-durable") }
    }

    /// Checks that the broker may choose the queue's name.
    func checkServerNamed() throws(Fault) {
        guard self == .quorum else { return }
        throw Fault(
            .preconditionFailed, "Cannot declare a server-named queue for type \(self.shown)")
    }

    /// Checks the conditions of a deletion.
    func checkDeletion(of resource: String, ifUnused: Bool, ifEmpty: Bool) throws(Fault) {
        guard self == .quorum, ifUnused || ifEmpty else { return }
        throw Fault(
            .notImplemented,
            "cannot delete \(resource). queue.delete operations with "
                + "\(ifUnused ? "if-unused" : "if-empty") flag set are not supported by quorum "
                + "queues")
    }

    /// Checks that consumers of a channel may have a limit that they share.
    func checkConsumer(of resource: String, sharedPrefetch: Int) throws(Fault) {
        guard self == .quorum, sharedPrefetch > 0 else { return }
        throw Fault(.notImplemented, "\(resource) does not support global qos")
    }
}
