import Messaging

extension LoadScenario {
    /// A small shop, for a first look: every screen has something to show within a minute.
    ///
    /// ```
    /// shop.orders ─┬─ orders.inventory
    ///  (topic)     ├─ orders.payment ── 3 % rejected ──┐
    ///              ├─ orders.shipping                  ├─ shop.dead (direct)
    ///              └─ audit.log (newest 5,000)         │   ├─ orders.payment.dead
    /// shop.mail ───── email.outbound ── 10 s to live ──┘   └─ email.outbound.dead
    ///  (direct)
    /// ```
    /// Each minute ends in a burst that payment cannot follow for some seconds and that lets
    /// mails expire. Queues without consumers keep a bounded number of messages.
    package static let demo = LoadScenario(
        name: "demo shop", topology: .demo,
        streams: [
            LoadStream(
                name: "orders", exchange: "shop.orders",
                variants: [
                    .order("order.created", kind: "web", share: 60),
                    .order("order.created", kind: "mobile", share: 25),
                    .order("order.created", kind: "subscription", share: 10),
                    .order("order.changed", kind: "web", share: 5),
                ],
                body: .order(bytesMin: 96),
                profile: .burst(
                    perSecond: 150, peakPerSecond: 750, lengthSeconds: 6, everySeconds: 60),
                isPersistent: true, confirmWindow: 1_000, isMandatory: true),
            LoadStream(
                name: "mails", exchange: "shop.mail",
                variants: [
                    LoadVariant(
                        routingKey: "email", headers: ["x-mail-kind": .string("receipt")],
                        share: 4),
                    LoadVariant(
                        routingKey: "email", headers: ["x-mail-kind": .string("newsletter")]),
                ],
                body: .order(bytesMin: 512),
                profile: .burst(
                    perSecond: 15, peakPerSecond: 60, lengthSeconds: 10, everySeconds: 60)),
        ],
        consumers: [
            LoadConsumer(
                queue: "orders.inventory", count: 2,
                work: LoadWork(meanMicroseconds: 2_000, spreadMicroseconds: 1_500)),
            LoadConsumer(
                queue: "orders.payment", count: 2, prefetch: 100,
                work: LoadWork(meanMicroseconds: 6_000, spreadMicroseconds: 4_000),
                failureShare: 0.03),
            LoadConsumer(
                queue: "orders.shipping",
                work: LoadWork(meanMicroseconds: 900, spreadMicroseconds: 500)),
            LoadConsumer(
                queue: "email.outbound", prefetch: 10,
                work: LoadWork(meanMicroseconds: 40_000, spreadMicroseconds: 25_000)),
        ])
}

extension LoadVariant {
    /// An order as the demo's shop publishes it.
    fileprivate static func order(_ routingKey: String, kind: String, share: Int) -> LoadVariant {
        LoadVariant(
            routingKey: routingKey, headers: ["x-order-kind": .string(kind)], share: share)
    }
}

extension LoadTopology {
    /// Exchanges and queues of the demo's shop.
    fileprivate static let demo = LoadTopology(
        exchanges: [
            Exchange("shop.orders", type: "topic"), Exchange("shop.mail", type: "direct"),
            Exchange("shop.dead", type: "direct"),
        ],
        queues: [
            Queue("orders.inventory"),
            Queue("orders.payment", arguments: Self.deadLetters(to: "orders.payment.dead")),
            Queue("orders.shipping"),
            Queue("audit.log", arguments: ["x-max-length": .int32(5_000)]),
            Queue(
                "email.outbound",
                arguments: Self.deadLetters(
                    to: "email.outbound.dead", adding: .init("x-message-ttl", .int32(10_000)))),
            Queue("orders.payment.dead", arguments: ["x-max-length": .int32(20_000)]),
            Queue("email.outbound.dead", arguments: ["x-max-length": .int32(20_000)]),
        ],
        bindings: [
            Binding("orders.inventory", to: "shop.orders", routingKey: "order.#"),
            Binding("orders.payment", to: "shop.orders", routingKey: "order.#"),
            Binding("orders.shipping", to: "shop.orders", routingKey: "order.#"),
            Binding("audit.log", to: "shop.orders", routingKey: "#"),
            Binding("email.outbound", to: "shop.mail", routingKey: "email"),
            Binding("orders.payment.dead", to: "shop.dead", routingKey: "orders.payment.dead"),
            Binding("email.outbound.dead", to: "shop.dead", routingKey: "email.outbound.dead"),
        ])

    private static func deadLetters(
        to routingKey: String, adding more: FieldTable.Field...
    ) -> FieldTable {
        FieldTable(
            [
                .init("x-dead-letter-exchange", .string("shop.dead")),
                .init("x-dead-letter-routing-key", .string(routingKey)),
            ] + more)
    }
}
