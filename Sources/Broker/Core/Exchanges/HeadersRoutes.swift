import Messaging

/// A headers exchange's destinations, each with what it asks of a message's headers (AMQP 0-9-1,
/// 3.1.3.4).
///
/// - Complexity: Routing is O(bindings), as in RabbitMQ: every pattern is held against the headers.
struct HeadersRoutes: ExchangeRoutes {
    static var isByKeyAlone: Bool { false }

    private struct Entry: Hashable {
        var destination: Destination
        var binding: Binding
    }

    private var patterns: [Entry: HeadersMatch] = [:]

    mutating func bind(_ destination: Destination, with binding: Binding) {
        self.patterns[Entry(destination: destination, binding: binding)] =
            HeadersMatch(binding.arguments)
    }

    mutating func unbind(_ destination: Destination, with binding: Binding) {
        self.patterns[Entry(destination: destination, binding: binding)] = nil
    }

    func route(_ message: RoutedMessage, into destinations: inout [Destination]) {
        let headers = message.headers
        for (entry, pattern) in self.patterns where pattern.matches(headers) {
            destinations.append(entry.destination)
        }
    }
}

/// What a binding's arguments ask of a message's headers.
///
/// Names that begin with `x-` count only in the two modes that say so, and `x-match` never. A
/// void value asks for the header's presence alone.
struct HeadersMatch {
    /// `x-match`.
    enum Mode: String {
        case all, any
        case allWithX = "all-with-x"
        case anyWithX = "any-with-x"

        /// - Throws: 406 for a word that is none of these.
        init(of arguments: FieldTable) throws(Fault) {
            guard let value = arguments["x-match"] else {
                self = .all
                return
            }
            guard let text = value.text else {
                throw Fault(
                    .preconditionFailed,
                    "Invalid x-match field type \(value.typeName) (value \(value.shownAsTerm)); "
                        + "expected longstr")
            }
            guard let mode = Mode(rawValue: text) else {
                throw Fault(
                    .preconditionFailed,
                    "Invalid x-match field value \(value.shownAsTerm); expected all, any, "
                        + "all-with-x, or any-with-x")
            }
            self = mode
        }

        var isAny: Bool { self == .any || self == .anyWithX }
        var heedsX: Bool { self == .allWithX || self == .anyWithX }
    }

    private let isAny: Bool
    private let wanted: [FieldTable.Field]

    init(_ arguments: FieldTable) {
        let mode = (try? Mode(of: arguments)) ?? .all
        self.isAny = mode.isAny
        self.wanted = arguments.fields.filter {
            $0.name != "x-match" && (mode.heedsX || !$0.name.hasPrefix("x-"))
        }
    }

    func matches(_ headers: FieldTable) -> Bool {
        func isMet(_ field: FieldTable.Field) -> Bool {
            guard let value = headers[field.name] else { return false }
            return field.value == .void || value.isSameTerm(as: field.value)
        }
        return self.isAny
            ? self.wanted.contains(where: isMet) : self.wanted.allSatisfy(isMet)
    }
}
