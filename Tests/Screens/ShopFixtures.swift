import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport

/// A small shop's broker at one moment: what the screens of one queue, of messages and of dead
/// letters are tested with.
enum Shop {
    /// The moment at which the screens look at it, two minutes after the first sample.
    static let now = Timestamp.testStart.adding(seconds: 120)

    static func context(
        columns: Int = 80, rows: Int = 24, identity: BrokerIdentity = .fake(),
        queues: [SteadyQueue] = Shop.queues, isReadOnly: Bool = false,
        symbols: GraphSymbols = .braille
    ) -> ScreenContext {
        var history = SampleHistory()
        for second in stride(from: 0, through: 120, by: 2) {
            history.append(.of(queues, second: second))
        }
        // The shell's header, tabs and footer take three rows.
        return ScreenContext(
            now: Shop.now, identity: identity, history: history, isReadOnly: isReadOnly,
            symbols: symbols,
            content: Area(row: 0, column: 0, rows: rows - 3, columns: columns))
    }

    static let payment = QueueSample(
        name: "orders.payment", ready: 20_000, unacked: 250, readyBytes: 12_300_000, consumers: 2,
        dead: .exact(5),
        totals: QueueTotals(
            published: 60_000, delivered: 40_000, acked: 39_000, redelivered: 12, rejected: 750,
            deadLettered: 750),
        oldestReadyMicroseconds: .exact(161_000_000),
        oldestUnackedMicroseconds: .exact(3_200_000),
        processing: .exact(.of(p50: 180_000, p99: 1_900_000)))

    static let dead = QueueSample(
        name: "orders.dead", ready: 6, receivesDeadLetters: true,
        totals: QueueTotals(published: 6))

    static let queues = [
        SteadyQueue(payment, publishedPerSecond: 1_204, ackedPerSecond: 310),
        SteadyQueue(dead),
        SteadyQueue(QueueSample(name: "orders.shipping", consumers: 4)),
    ]

    static let paymentDetail = QueueDetail(
        name: "orders.payment",
        arguments: [
            "x-dead-letter-exchange": .string("shop.dead"), "x-max-length": .int32(100_000),
        ],
        consumers: [
            ClientConsumer(
                id: .init(
                    connection: ConnectionID(1), channel: ChannelNumber(1), tag: "payment-1"),
                queue: "orders.payment", origin: "127.0.0.1:51234", prefetch: 200, priority: 5,
                unacked: 150, oldestUnackedMicroseconds: 3_100_000),
            ClientConsumer(
                id: .init(connection: ConnectionID(2), channel: ChannelNumber(2), tag: "audit"),
                queue: "orders.payment", origin: "127.0.0.1:51236", needsAck: false,
                isActive: false),
        ],
        bindings: [
            QueueDetail.Binding(
                exchange: "shop.orders", exchangeType: "topic", routingKey: "order.#",
                arguments: [:]),
            QueueDetail.Binding(
                exchange: "shop.all", exchangeType: "headers", routingKey: "",
                arguments: ["x-match": .string("any"), "region": .string("eu")]),
        ],
        deliverToAck: .of(p50: 210_000, p99: 2_100_000),
        timeInQueue: .of(p50: 41_000_000, p99: 161_000_000))

    /// A message of the shop that died in one of its queues.
    static func letter(
        _ position: UInt64, ageSeconds: Int64, error: String? = nil,
        body: String = #"{"id":88201,"amount":12}"#, reason: DeathReason = .rejected,
        origin: QueueName = "orders.payment", count: Int64 = 1, isUnacked: Bool = false
    ) -> BrowsedMessage {
        var properties = MessageProperties()
        properties.contentType = "application/json"
        properties.deliveryMode = 2
        properties.messageID = "order-\(position)"
        properties.headers = error.map { ["x-error": .string($0)] }
        let death = DeathRecord(
            count: count, reason: reason, queue: origin,
            timeSeconds: UInt64(Shop.now.seconds - ageSeconds - 3_600), exchange: "shop.orders",
            routingKeys: ["order.created"])
        return Shop.message(
            position, ageSeconds: ageSeconds, properties: properties, body: Array(body.utf8),
            isUnacked: isUnacked, deaths: [death])
    }

    static func message(
        _ position: UInt64, ageSeconds: Int64 = 10,
        properties: MessageProperties = MessageProperties(), body: [UInt8],
        bodyBytes: Int? = nil, isUnacked: Bool = false, deaths: [DeathRecord] = []
    ) -> BrowsedMessage {
        BrowsedMessage(
            id: MessageID(Position(position)),
            message: Message(
                exchange: "shop.orders", routingKey: "order.created", properties: properties,
                body: body),
            bodyBytes: bodyBytes ?? body.count,
            enqueuedAt: Shop.now.adding(seconds: -ageSeconds), isRedelivered: false,
            isUnacked: isUnacked, deaths: deaths)
    }

    /// What lies in `orders.dead`.
    static let letters = [
        letter(15, ageSeconds: 7_800, error: "PaymentDeclined: card 4111… expired", count: 3),
        letter(16, ageSeconds: 2_460, error: "TimeoutError: upstream 10.0.0.7:80 after 3000 ms"),
        letter(17, ageSeconds: 1_900, body: "", reason: .expired, origin: "mail.gone"),
        letter(18, ageSeconds: 600, error: "PaymentDeclined: card 5500… expired"),
        letter(19, ageSeconds: 40, error: "TimeoutError: upstream 10.0.0.9:80 after 2998 ms"),
        letter(20, ageSeconds: 6, error: "PaymentDeclined: card 5500… expired", isUnacked: true),
    ]
}

/// The whole content of a screen as text.
func text(of screen: some Screen, in context: ScreenContext) -> String {
    var canvas = Canvas(
        columns: context.content.columns, rows: context.content.rows, symbols: context.symbols)
    screen.view(into: &canvas, area: context.content, in: context)
    return canvas.text
}

extension [ScreenEffect] {
    /// The browse requests among the effects.
    var browses: [BrowseRequest] {
        self.compactMap { effect in
            if case .work(.browse(let request)) = effect { request } else { nil }
        }
    }

    /// The dialogs among the effects.
    var dialogs: [Dialog] {
        self.compactMap { effect in
            if case .ask(let dialog) = effect { dialog } else { nil }
        }
    }

    /// The notices' texts among the effects.
    var notices: [String] {
        self.compactMap { effect in
            if case .notice(let notice) = effect { notice.text } else { nil }
        }
    }
}

/// Scalars that no text on a canvas may hold: controls, and what turns text around or hides in it.
func hostileScalars(in text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { scalar in
        switch scalar.properties.generalCategory {
        case .control: scalar != "\n"
        case .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension MessagesScreen {
    /// The screen of `orders.dead` after all its messages came.
    static func loaded(
        _ messages: [BrowsedMessage], in context: ScreenContext
    ) -> MessagesScreen {
        var screen = MessagesScreen(queue: "orders.dead")
        for request in screen.update(.appeared, in: context).browses {
            let page = BrowsePage(queue: "orders.dead", messages: messages, hasMore: false)
            _ = screen.update(.browsed(request, .success(page)), in: context)
        }
        return screen
    }
}
