import BrokerLink
import Messaging
import Screens
import TestSupport

/// The shop's clients: one is stuck, one blocked, one does not read, one has a hostile name.
extension Shop {
    static func connectionID(_ number: UInt64) -> ConnectionID { ConnectionID(number) }

    /// Who is connected, so many seconds after ``Shop/now``.
    static func roster(after seconds: Int64 = 0) -> ClientRoster {
        ClientRoster(
            at: Shop.now.adding(seconds: seconds),
            connections: [
                ClientConnection(
                    id: connectionID(4), origin: "127.0.0.1:51242",
                    properties: ["connection_name": .string("evil\u{1B}[31m\u{202E}name")],
                    delivered: .exact(12)),
                ClientConnection(
                    id: connectionID(1), origin: "127.0.0.1:51234",
                    properties: [
                        "product": .string("Pika Python Client Library"),
                        "version": .string("1.3.1"),
                        "connection_name": .string("payments-worker"),
                    ],
                    channels: 2, consumers: 1, unacked: 150,
                    oldestUnackedMicroseconds: 2_470_000_000,
                    delivered: .exact(UInt64(40_000 + 310 * seconds))),
                ClientConnection(
                    id: connectionID(3), origin: "127.0.0.1:51240", user: "mail",
                    virtualHost: "/shop", properties: ["connection_name": .string("mailer")],
                    state: .slowReader, consumers: 3, unacked: 2,
                    oldestUnackedMicroseconds: 20_000_000, delivered: .exact(800),
                    exclusiveQueues: ["reply.mailer"]),
                ClientConnection(
                    id: connectionID(2), origin: "127.0.0.1:51236",
                    properties: ["product": .string("bunny"), "version": .string("2.19")],
                    state: .blocked(because: "memory alarm"), delivered: .exact(0)),
            ],
            consumers: [
                consumer(3, 1, "shipping-1", of: "orders.shipping", needsAck: false),
                consumer(
                    3, 1, "payment-2", of: "orders.payment", prefetch: 20, isActive: false,
                    isToldOfCancels: false),
                consumer(
                    1, 2, "payment-1", of: "orders.payment", prefetch: 200, priority: 5,
                    unacked: 150, held: 2_470_000_000, isToldOfCancels: true),
                consumer(
                    3, 1, "reader", of: "orders.dead", unacked: 2, held: 20_000_000,
                    isExclusive: true),
            ])
    }

    private static func consumer(
        _ connection: UInt64, _ channel: UInt16, _ tag: ConsumerTag, of queue: QueueName,
        prefetch: Int = 0, priority: Int = 0, unacked: Int = 0, held: Int64? = nil,
        needsAck: Bool = true, isExclusive: Bool = false, isActive: Bool = true,
        isToldOfCancels: Bool? = nil
    ) -> ClientConsumer {
        ClientConsumer(
            id: .init(
                connection: connectionID(connection), channel: ChannelNumber(channel), tag: tag),
            queue: queue, origin: connection == 1 ? "127.0.0.1:51234" : "127.0.0.1:51240",
            prefetch: prefetch, priority: priority, unacked: unacked,
            oldestUnackedMicroseconds: held, needsAck: needsAck, isExclusive: isExclusive,
            isActive: isActive, isToldOfCancels: isToldOfCancels)
    }
}

extension Screen {
    /// The screen after it asked for the clients and got them, twice where rates are wanted.
    func knowing(
        _ rosters: ClientRoster..., in context: ScreenContext
    ) -> Self {
        var screen = self
        for roster in rosters {
            _ = screen.update(.sampled, in: context)
            _ = screen.update(.rostered(.success(roster)), in: context)
        }
        return screen
    }
}
