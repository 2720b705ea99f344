import Messaging

/// A delayed-message exchange's destinations: those of the type that `x-delayed-type` names.
///
/// A message with an `x-delay` waits in the ``WaitingLog`` first and is routed when it is due, by
/// the bindings of that moment. Source: RabbitMQ's community plugin
/// `rabbitmq_delayed_message_exchange`, whose users find the same here:
/// - what waits has been taken: it is confirmed once it is stored, yet a mandatory one goes back
///   to its publisher, because nobody knows then whether it will reach a queue;
/// - a header that is missing, negative, zero or beyond ``Limits/delayMillisecondsMax`` delays
///   nothing;
/// - the header comes out negated, which tells consumers and keeps it from being delayed again;
/// - what is due when its exchange is gone is dropped.
///
/// Otherwise than there, the alternate exchange gets what reaches no queue when it is due, and
/// not everything that waits; and a delayed type of a delayed type is refused.
struct DelayedRoutes: ExchangeRoutes {
    static let headerName = "x-delay"
    /// Which of the other types routes.
    static let typeArgument = "x-delayed-type"

    static var isByKeyAlone: Bool { false }

    private var inner: any ExchangeRoutes

    init(_ inner: any ExchangeRoutes) { self.inner = inner }

    mutating func bind(_ destination: Destination, with binding: Binding) {
        self.inner.bind(destination, with: binding)
    }

    mutating func unbind(_ destination: Destination, with binding: Binding) {
        self.inner.unbind(destination, with: binding)
    }

    func route(_ message: RoutedMessage, into destinations: inout [Destination]) {
        self.inner.route(message, into: &destinations)
    }

    /// How long a message wants to wait; nil when it goes on at once.
    static func delayMilliseconds(of message: RoutedMessage) -> Int64? {
        guard let value = message.headers[Self.headerName], let delay = Self.number(in: value),
            (1...Limits.delayMillisecondsMax) ~= delay
        else { return nil }
        return delay
    }

    /// The type of exchange that routes for one with these arguments.
    ///
    /// - Throws: 406 when none is named, 503 when there is none of that name.
    static func routingKind(of arguments: FieldTable) throws(Fault) -> ExchangeKind {
        guard let name = arguments[Self.typeArgument]?.text else {
            throw Fault(
                .preconditionFailed,
                "Invalid argument, '\(Self.typeArgument)' must be an existing exchange type")
        }
        let kind = try ExchangeKind(named: name)
        guard kind != .delayed else {
            throw Fault(
                .preconditionFailed,
                "Invalid argument, '\(Self.typeArgument)' must be a type that does not delay")
        }
        return kind
    }

    /// Whole numbers, fractions cut off, and either as text.
    private static func number(in value: FieldValue) -> Int64? {
        if let amount = value.amount {
            return value.integer ?? Int64(exactly: amount.rounded(.towardZero))
        }
        return value.text.flatMap { Int64($0) }
    }
}
