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
}

extension Fault {
    /// What is wrong with a message's `expiration`, in RabbitMQ's words.
    static func invalidExpiration(_ properties: UnsafeRawBufferPointer) -> Fault {
        let text = (try? MessageProperties(decoding: properties))?.expiration ?? ""
        let signs = text.prefix { $0 == "+" || $0 == "-" }.prefix(1)
        let digits = text.dropFirst(signs.count).prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(signs.count + digits.count)
        let reason =
            if digits.isEmpty {
                "no_integer"
            } else if !rest.isEmpty {
                "{leftover_string,\"\(rest)\"}"
            } else if signs == "-" {
                "{value_negative,-\(digits)}"
            } else {
                "{value_too_large,\(digits)}"
            }
        return Fault(.preconditionFailed, "invalid expiration '\(text)': \(reason)")
    }
}
