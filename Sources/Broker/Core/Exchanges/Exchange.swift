import Messaging

/// One exchange and what is bound to it.
struct Exchange {
    let name: ExchangeName
    /// Slot of its virtual host.
    let host: Int
    let kind: ExchangeKind
    /// The type that says where messages go: its own, unless it delays them.
    let routingKind: ExchangeKind
    let isDurable: Bool
    let isAutoDelete: Bool
    let isInternal: Bool
    /// As the client wrote them.
    let arguments: FieldTable
    /// Where messages go that go nowhere else; an argument or a policy says so.
    var alternate: ExchangeName?
    /// Bindings in which it is the destination.
    var inbound: Set<Binding> = []
    /// Bindings in which it is the source.
    private(set) var outbound: [Destination: Set<Binding>] = [:]
    private var routes: any ExchangeRoutes

    /// - Parameters:
    ///   - routing: The type that says where messages go.
    ///   - host: Slot of its virtual host.
    init(
        _ declaration: ExchangeDeclaration, kind: ExchangeKind, routing: ExchangeKind, host: Int
    ) {
        self.name = declaration.name
        self.host = host
        self.kind = kind
        self.routingKind = routing
        self.isDurable = declaration.isDurable
        self.isAutoDelete = declaration.isAutoDelete
        self.isInternal = declaration.isInternal
        self.arguments = declaration.arguments
        self.routes = kind.makeRoutes(routing)
    }

    /// Whether exchange and key alone say where a message goes.
    var isByKeyAlone: Bool { type(of: self.routes).isByKeyAlone }

    var isUnbound: Bool { self.outbound.isEmpty }

    /// - Returns: Whether it is a binding that was not there.
    mutating func bind(_ destination: Destination, with binding: Binding) -> Bool {
        guard self.outbound[destination, default: []].insert(binding).inserted else {
            return false
        }
        self.routes.bind(destination, with: binding)
        return true
    }

    /// - Returns: Whether there was that binding.
    @discardableResult
    mutating func unbind(_ destination: Destination, with binding: Binding) -> Bool {
        guard let binding = self.outbound[destination]?.remove(binding) else { return false }
        if self.outbound[destination]?.isEmpty == true { self.outbound[destination] = nil }
        self.routes.unbind(destination, with: binding)
        return true
    }

    /// Adds where a message goes by its bindings; a destination may come more than once.
    func route(_ message: RoutedMessage, into destinations: inout [Destination]) {
        self.routes.route(message, into: &destinations)
    }
}
