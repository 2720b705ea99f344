import Messaging

/// Why a command is refused, before it is known which it was.
///
/// The texts are RabbitMQ 3.10's, because clients and people search for them.
struct Fault: Error, Equatable {
    var code: ReplyCode
    var explanation: String

    init(_ code: ReplyCode, _ explanation: String) {
        self.code = code
        self.explanation = explanation
    }

    /// The text as sent: at most 255 bytes, cut as RabbitMQ cuts it.
    func refusal(of cause: CommandKind) -> Refusal {
        var text = "\(self.code.name) - \(self.explanation)"
        if text.utf8.count > Limits.nameBytesMax {
            text = String(decoding: text.utf8.prefix(Limits.nameBytesMax - 3), as: UTF8.self)
            // A character cut in two was repaired to a longer one.
            while text.utf8.count > Limits.nameBytesMax - 3 { text.removeLast() }
            text += "..."
        }
        return Refusal(code: self.code, text: text, cause: cause)
    }
}

extension Fault {
    static func notFound(_ queue: QueueName) -> Fault {
        Fault(.notFound, "no \(Self.resource(queue))")
    }

    static func notFound(_ exchange: ExchangeName) -> Fault {
        Fault(.notFound, "no \(Self.resource(exchange))")
    }

    static func locked(_ queue: QueueName) -> Fault {
        Fault(
            .resourceLocked,
            "cannot obtain exclusive access to locked \(Self.resource(queue)). It could be "
                + "originally declared on another connection or the exclusive property value "
                + "does not match that of the original declaration.")
    }

    static func inequivalent(
        _ argument: String, for resource: String, received: String, current: String
    ) -> Fault {
        Fault(
            .preconditionFailed,
            "inequivalent arg '\(argument)' for \(resource): received \(received) but current "
                + "is \(current)")
    }

    static func reserved(_ kind: String, _ name: String) -> Fault {
        Fault(.accessRefused, "\(kind) name '\(name)' contains reserved prefix 'amq.*'")
    }

    static func unsupported(_ argument: String, of resource: String) -> Fault {
        Fault(.notImplemented, "\(argument) is not supported for \(resource)")
    }

    static let defaultExchange = Fault(
        .accessRefused, "operation not permitted on the default exchange")

    static func resource(_ queue: QueueName) -> String { "queue '\(queue)' in vhost '/'" }
    static func resource(_ exchange: ExchangeName) -> String {
        "exchange '\(exchange)' in vhost '/'"
    }
}
