import Messaging

/// One exchange and the queues bound to it.
struct Exchange {
    enum Kind: String {
        case direct, fanout, topic

        /// - Throws: 503 for a type that does not exist here.
        init(named name: String) throws(Fault) {
            guard let kind = Kind(rawValue: name) else {
                throw Fault(.commandInvalid, "unknown exchange type '\(name)'")
            }
            self = kind
        }
    }

    private enum Routes {
        case direct(DirectRoutes)
        case fanout(FanoutRoutes)
        case topic(TopicRoutes)
        /// Moved out for a change, so that changing copies nothing.
        case changing
    }

    let name: ExchangeName
    let kind: Kind
    let isDurable: Bool
    let isAutoDelete: Bool
    let isInternal: Bool
    /// Distinct pairs of a queue and a key.
    private(set) var bindings = 0
    private var routes: Routes

    init(
        name: ExchangeName, kind: Kind, isDurable: Bool, isAutoDelete: Bool = false,
        isInternal: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.isDurable = isDurable
        self.isAutoDelete = isAutoDelete
        self.isInternal = isInternal
        self.routes =
            switch kind {
            case .direct: .direct(DirectRoutes())
            case .fanout: .fanout(FanoutRoutes())
            case .topic: .topic(TopicRoutes())
            }
    }

    /// Routes what that key matches to a queue; the caller sees to it that the pair is new.
    mutating func bind(_ queue: Int, key: String) {
        self.bindings += 1
        switch exchange(&self.routes, with: .changing) {
        case .direct(var routes):
            routes.bind(queue, key: Array(key.utf8))
            self.routes = .direct(routes)
        case .fanout(var routes):
            routes.bind(queue)
            self.routes = .fanout(routes)
        case .topic(var routes):
            routes.bind(queue, key: Array(key.utf8))
            self.routes = .topic(routes)
        case .changing: preconditionFailure("a change is never left half done")
        }
    }

    /// Ends that; the caller sees to it that the pair exists.
    mutating func unbind(_ queue: Int, key: String) {
        self.bindings -= 1
        switch exchange(&self.routes, with: .changing) {
        case .direct(var routes):
            routes.unbind(queue, key: Array(key.utf8))
            self.routes = .direct(routes)
        case .fanout(var routes):
            routes.unbind(queue)
            self.routes = .fanout(routes)
        case .topic(var routes):
            routes.unbind(queue, key: Array(key.utf8))
            self.routes = .topic(routes)
        case .changing: preconditionFailure("a change is never left half done")
        }
    }

    /// The slots of the queues that a message with that key goes to, each once.
    func route(key: UnsafeRawBufferPointer) -> [Int] {
        switch self.routes {
        case .direct(let routes): routes.route(key: key)
        case .fanout(let routes): routes.all
        case .topic(let routes): routes.route(key: key)
        case .changing: preconditionFailure("a change is never left half done")
        }
    }

    /// The slots of all queues bound to it.
    var boundQueues: [Int] {
        switch self.routes {
        case .direct(let routes): routes.all
        case .fanout(let routes): routes.all
        case .topic(let routes): routes.all
        case .changing: preconditionFailure("a change is never left half done")
        }
    }
}
