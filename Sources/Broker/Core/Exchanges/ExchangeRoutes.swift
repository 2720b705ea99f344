import Messaging

/// How one type of exchange finds the destinations of a message: one file a type.
///
/// An exchange tells it of every binding once, as it comes and as it goes.
protocol ExchangeRoutes {
    /// Whether exchange and routing key alone say where a message goes, so that the next with the
    /// same key need not be routed.
    static var isByKeyAlone: Bool { get }

    mutating func bind(_ destination: Destination, with binding: Binding)
    mutating func unbind(_ destination: Destination, with binding: Binding)

    /// Adds where a message goes; a destination may come more than once.
    func route(_ message: RoutedMessage, into destinations: inout [Destination])
}

extension ExchangeRoutes {
    static var isByKeyAlone: Bool { true }
}

/// What routing looks at; the pointers are valid for the call only.
struct RoutedMessage {
    let routingKey: UnsafeRawBufferPointer
    /// Property flags and list, as in a content header.
    let properties: UnsafeRawBufferPointer

    /// The message's headers; empty when it has none.
    var headers: FieldTable {
        guard PropertyPeek(self.properties).hasHeaders else { return FieldTable() }
        return (try? MessageProperties(decoding: self.properties))?.headers ?? FieldTable()
    }
}

/// The types of exchange that there are.
enum ExchangeKind: String, CaseIterable {
    case direct, fanout, topic, headers
    case delayed = "x-delayed-message"

    /// Those of which every virtual host has one.
    static let standard: [ExchangeKind] = [.direct, .fanout, .topic, .headers]

    /// - Throws: 503 for a type that does not exist here.
    init(named name: String) throws(Fault) {
        guard let kind = ExchangeKind(rawValue: name) else {
            throw Fault(.commandInvalid, "unknown exchange type '\(name)'")
        }
        self = kind
    }

    /// The type that says where messages go.
    ///
    /// - Throws: 406 or 503 when the arguments of the exchange do not say it as they have to.
    func routingKind(_ arguments: FieldTable) throws(Fault) -> ExchangeKind {
        guard self == .delayed else { return self }
        return try DelayedRoutes.routingKind(of: arguments)
    }

    /// - Parameter routing: The type that says where messages go.
    func makeRoutes(_ routing: ExchangeKind) -> any ExchangeRoutes {
        switch self {
        case .direct: DirectRoutes()
        case .fanout: FanoutRoutes()
        case .topic: TopicRoutes()
        case .headers: HeadersRoutes()
        case .delayed: DelayedRoutes(routing.makeRoutes(routing))
        }
    }

    /// Checks what the type wants of a binding's arguments.
    func check(_ arguments: FieldTable) throws(Fault) {
        switch self {
        case .direct, .fanout, .topic, .delayed: return
        case .headers: _ = try HeadersMatch.Mode(of: arguments)
        }
    }
}
