import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

@Suite("Queue screen")
struct QueueScreenTests {
    @Test("At 80x24: figures, courses, percentiles, totals and consumers")
    func showsTheQueue() {
        let context = Shop.context()
        #expect(
            text(of: opened(in: context), in: context) == """
                ╭─ Queue  orders.payment ─────────────────────────────────── classic, durable ─╮
                │ ready 127,280   unacked 250   in 1,204/s   out 310/s   drain never           │
                │ size 12 MB   dead 5   oldest ready 2m 41s                                    │
                │ oldest unacked 3.2 s, held 3.1 s by payment-1 on 127.0.0.1:51234             │
                │ ! no consumer keeps up: orders.payment grows by 894/s; at this rate 1,000,0… │
                │ depth ⣀⣀⣀⣀⣀⣀⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   127,530 │
                │ in    ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   1,204/s │
                │ out   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿     310/s │
                │ processing      p50 180 ms  p99  1.9 s  p99.9  3.8 s  max  5.7 s             │
                │ deliver to ack  p50 210 ms  p99  2.1 s  p99.9  4.2 s  max  6.3 s             │
                │ time in queue   p50   41 s  p99 2m 41s  p99.9 5m 22s  max 8m 03s             │
                │ published 204,480   delivered 77,200   acked 76,200   redelivered 12         │
                │ rejected 750   dead-lettered 750                                             │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭─ Consumers  2 ───────────────────────────────────────────────────────────────╮
                │ TAG           CONNECTION       PREFETCH  PRIO   UNACK     HELD  STATE        │
                │ payment-1     127.0.0.1:51234       200     5     150    3.1 s  active       │
                │ audit         127.0.0.1:51236  no limit     0  no ack        –  waiting      │
                │                                                                              │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                """)
    }

    @Test("At 120x40: charts beside each other, and all lists at once")
    func showsAllLists() {
        let context = Shop.context(columns: 120, rows: 40)
        #expect(
            text(of: opened(in: context), in: context) == """
                ╭─ Queue  orders.payment ─────────────────────────────────────────────────────────────────────────── classic, durable ─╮
                │ ready 127,280   unacked 250   in 1,204/s   out 310/s   drain never   size 12 MB   dead 5   oldest ready 2m 41s       │
                │ oldest unacked 3.2 s, held 3.1 s by payment-1 on 127.0.0.1:51234                                                     │
                │ ! no consumer keeps up: orders.payment grows by 894/s; at this rate 1,000,000 in 16m 16s                             │
                │ depth last 2 min, peak 127,530         in last 2 min, peak 1,204/s            out last 2 min, peak 310/s             │
                │                                ⢀⣠⣤⣶⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                          │
                │                            ⣀⣠⣴⣶⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                          │
                │                        ⣀⣤⣴⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                          │
                │                    ⣀⣤⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                          │
                │               ⢀⣀⣴⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                          │
                │           ⢀⣤⣶⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                          │
                │       ⣀⣤⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿                                          │
                │  ⢀⣠⣤⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶   │
                │ ⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   │
                │ ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   │
                │ processing      p50 180 ms  p99  1.9 s  p99.9  3.8 s  max  5.7 s  of 100, last minute                                │
                │ deliver to ack  p50 210 ms  p99  2.1 s  p99.9  4.2 s  max  6.3 s  of 100, in total                                   │
                │ time in queue   p50   41 s  p99 2m 41s  p99.9 5m 22s  max 8m 03s  of 100, in total                                   │
                │ published 204,480   delivered 77,200   acked 76,200   redelivered 12   rejected 750   dead-lettered 750              │
                ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
                ╭─ Consumers  2 ───────────────────────────────────────────────────────────────╮╭─ Bindings  2 ────────────────────────╮
                │ TAG           CONNECTION       PREFETCH  PRIO   UNACK     HELD  STATE        ││ EXCHANGE        TYPE     ROUTING KEY │
                │ payment-1     127.0.0.1:51234       200     5     150    3.1 s  active       ││ shop.orders     topic    order.#     │
                │ audit         127.0.0.1:51236  no limit     0  no ack        –  waiting      ││ shop.all        headers              │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                │                                                                              │╰──────────────────────────────────────╯
                │                                                                              │╭─ Settings ───────────────────────────╮
                │                                                                              ││ type             classic             │
                │                                                                              ││ durable          yes                 │
                │                                                                              ││ dead letters to  shop.dead           │
                │                                                                              ││ length limit     100,000 messages    │
                │                                                                              ││                                      │
                │                                                                              ││                                      │
                ╰──────────────────────────────────────────────────────────────────────────────╯╰──────────────────────────────────────╯
                """)
    }

    @Test("At 40x12 one pane at a time, and tab goes through them")
    func showsOnePane() {
        let context = Shop.context(columns: 40, rows: 12)
        var screen = opened(in: context)
        #expect(
            text(of: screen, in: context) == """
                ╭─ Queue  orders.payment ──────────────╮
                │ ready 127,280   unacked 250          │
                │ in 1,204/s   out 310/s   drain never │
                │ size 12 MB   dead 5                  │
                │ oldest ready 2m 41s                  │
                │ oldest unacked 3.2 s, held 3.1 s by… │
                │ ! no consumer keeps up: orders.paym… │
                │ depth ⣀⣀⣤⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿⣿   127,530 │
                ╰──────────────────────────────────────╯
                """)
        _ = screen.perform(.nextPane, in: context)
        _ = screen.perform(.nextPane, in: context)
        #expect(
            text(of: screen, in: context) == """
                ╭─ orders.payment  Bindings  2 ────────╮
                │ EXCHANGE        TYPE     ROUTING KEY │
                │ shop.orders     topic    order.#     │
                │ shop.all        headers              │
                │                                      │
                │                                      │
                │                                      │
                │                                      │
                ╰──────────────────────────────────────╯
                """)
        _ = screen.perform(.nextPane, in: context)
        _ = screen.perform(.nextPane, in: context)
        #expect(text(of: screen, in: context) == text(of: opened(in: context), in: context))
    }

    @Test("Settings say in words what was declared and what policies add")
    func settingsInWords() {
        let context = Shop.context(columns: 60, rows: 20)
        var screen = opened(
            in: context,
            QueueDetail(
                name: "orders.payment", isDurable: false, isExclusive: true,
                owner: "127.0.0.1:51234", isAutoDelete: true,
                arguments: [
                    "x-message-ttl": .int32(60_000), "x-expires": .int64(3_600_000),
                    "x-overflow": .string("reject-publish"), "x-max-priority": .uint8(10),
                    "x-single-active-consumer": .bool(true), "x-mine": .string("kept"),
                ],
                policy: "limits", operatorPolicy: "guard",
                effectivePolicy: [
                    "max-length-bytes": .int64(1_000_000),
                    "dead-letter-exchange": .string(""),
                ]))
        for _ in 0..<3 { _ = screen.perform(.nextPane, in: context) }
        #expect(
            text(of: screen, in: context) == """
                ╭─ orders.payment  Settings ────────────── tab: next pane ─╮
                │ type               classic                               │
                │ durable            no                                    │
                │ exclusive          to 127.0.0.1:51234                    │
                │ auto-delete        goes with its last consumer           │
                │ message TTL        1m 00s                                │
                │ expires            unused for 1h 00m                     │
                │ when full          rejects new ones                      │
                │ priorities         0 to 10                               │
                │ consumers          one active at a time                  │
                │ x-mine             kept                                  │
                │ policy             limits                                │
                │ operator policy    guard                                 │
                │   size limit       1 MB                                  │
                │   dead letters to  the default exchange                  │
                │                                                          │
                ╰──────────────────────────────────────────────────────────╯
                """)
    }

    @Test("A queue's type, its limit of returns and its retries stand among the settings")
    func retriesInWords() {
        let context = Shop.context(columns: 70, rows: 20)
        var screen = opened(
            in: context,
            QueueDetail(
                name: "orders.payment", type: "quorum",
                arguments: [
                    "x-queue-type": .string("quorum"),
                    "x-dead-letter-strategy": .string("at-least-once"),
                    "x-retry-max": .int32(12), "x-retry-base": .int32(500),
                ],
                policy: "limits",
                effectivePolicy: [
                    "delivery-limit": .int32(5), "retry-max-delay": .int32(60_000),
                ],
                deliveryLimit: 5,
                retries: .init(
                    count: 12, waitsMicroseconds: [500_000, 1_000_000, 2_000_000], jitter: 0.2)))
        for _ in 0..<3 { _ = screen.perform(.nextPane, in: context) }
        #expect(
            text(of: screen, in: context) == """
                ╭─ orders.payment  Settings ──────────────────────── tab: next pane ─╮
                │ type              quorum                                           │
                │ durable           yes                                              │
                │ returns           at most 5, then it dies                          │
                │ retries           12 times, then it dies                           │
                │ retry after       500 ms, 1 s, 2 s, …                              │
                │ retry jitter      up to 20 % sooner                                │
                │ dead-lettering    at-least-once                                    │
                │ policy            limits                                           │
                │   delivery limit  5 returns                                        │
                │   longest wait    1m 00s                                           │
                │                                                                    │
                │                                                                    │
                │                                                                    │
                │                                                                    │
                │                                                                    │
                ╰────────────────────────────────────────────────────────────────────╯
                """)
    }

    @Test("How many wait for a retry, when the next is due, and what was retried")
    func waiting() {
        var sample = Shop.payment
        sample.waiting = 1_204
        sample.totals.retried = 2_000
        sample.totals.returnedTooOften = 7
        let context = Shop.context(columns: 120, rows: 40, queues: [SteadyQueue(sample)])
        var detail = Shop.paymentDetail
        detail.type = "quorum"
        detail.nextRetryMicroseconds = 4_200_000
        let shown = text(of: opened(in: context, detail), in: context)
        #expect(shown.contains("quorum, durable"))
        #expect(shown.contains("for a retry 1,204, next in 4.2 s"))
        #expect(shown.contains("retried 2,000") && shown.contains("returned too often 7"))
        detail.nextRetryMicroseconds = nil
        #expect(text(of: opened(in: context, detail), in: context).contains("for a retry 1,204 "))
        let without = text(of: opened(in: Shop.context()), in: Shop.context())
        #expect(!without.contains("retr") && !without.contains("returned too often"))
    }

    @Test("Ready messages are told by priority where the queue has priorities")
    func levels() {
        let context = Shop.context()
        var detail = Shop.paymentDetail
        detail.readyByLevel = [.init(priority: 9, ready: 12), .init(priority: 0, ready: 1_300)]
        let shown = text(of: opened(in: context, detail), in: context)
        #expect(shown.contains("ready by priority   9: 12   0: 1,300"))
        #expect(!text(of: opened(in: context), in: context).contains("by priority"))
    }

    @Test("An exclusive queue names its owner")
    func owner() {
        let context = Shop.context()
        let detail = QueueDetail(
            name: "orders.payment", isDurable: false, isExclusive: true, owner: "127.0.0.1:51234")
        #expect(
            text(of: opened(in: context, detail), in: context)
                .contains("classic, transient, exclusive to 127.0.0.1:51234"))
    }

    @Test("It asks for details once at a time, and again with each sample")
    func asksForDetails() {
        let context = Shop.context()
        let wanted = ScreenEffect.work(.detail("orders.payment"))
        var screen = QueueScreen(queue: "orders.payment")
        #expect(screen.update(.appeared, in: context) == [wanted])
        #expect(screen.update(.sampled, in: context) == [], "the first answer is awaited")
        _ = screen.update(.detailed("orders.shipping", .success(Shop.paymentDetail)), in: context)
        #expect(screen.update(.sampled, in: context) == [], "that was another queue's answer")
        _ = screen.update(.detailed("orders.payment", .success(Shop.paymentDetail)), in: context)
        #expect(screen.update(.sampled, in: context) == [wanted])
    }

    @Test("Purge and delete ask first")
    func asksBeforeDestroying() throws {
        let context = Shop.context()
        var screen = opened(in: context)
        let purge = try #require(screen.perform(.purge, in: context).dialogs.first)
        #expect(purge.title == "Purge orders.payment?")
        #expect(purge.effects == [.work(.purge("orders.payment"))])
        let delete = try #require(screen.perform(.delete, in: context).dialogs.first)
        #expect(delete.title == "Delete orders.payment?")
        #expect(
            delete.effects == [
                .work(.deleteQueue("orders.payment", ifUnused: false, ifEmpty: false))
            ])
    }

    @Test("Keys that mean nothing for a queue say why")
    func refusesWithReasons() {
        let context = Shop.context()
        let payment = opened(in: context)
        #expect(
            payment.availability(of: .inspectDeadLetters, in: context)
                == .unavailable(because: "orders.payment receives no dead letters"))
        #expect(
            QueueScreen(queue: "orders.shipping").availability(of: .purge, in: context)
                == .unavailable(because: "orders.shipping has no ready messages"))
        let gone = QueueScreen(queue: "gone")
        #expect(
            gone.availability(of: .peek, in: context)
                == .unavailable(because: "gone is not there any more"))
        #expect(text(of: gone, in: context).contains("There is no queue gone any more."))
    }

    @Test("A queue that is deleted is left, and a failure is told")
    func leavesWhenDeleted() {
        let context = Shop.context()
        var screen = opened(in: context)
        #expect(screen.update(.deletedQueue("orders.dead", .success(0)), in: context) == [])
        #expect(screen.update(.deletedQueue("orders.payment", .success(9)), in: context) == [.back])
        let lost = LinkError.disconnected(reason: "connection reset")
        _ = screen.update(.detailed("orders.payment", .failure(lost)), in: context)
        #expect(text(of: screen, in: context).contains("Not connected: connection reset."))
    }

    @Test("A long list scrolls to its last row and no further")
    func scrollsLists() {
        let context = Shop.context(columns: 40, rows: 12)
        var detail = Shop.paymentDetail
        detail.consumers = (0..<50).map { number in
            ClientConsumer(
                id: .init(
                    connection: ConnectionID(1), channel: ChannelNumber(1),
                    tag: ConsumerTag("worker-\(number)")),
                queue: "orders.payment", origin: "c", prefetch: 1)
        }
        var screen = opened(in: context, detail)
        _ = screen.perform(.nextPane, in: context)
        _ = screen.update(.moved(.bottom), in: context)
        let bottom = text(of: screen, in: context)
        #expect(bottom.contains("worker-49") && bottom.contains("worker-44"))
        #expect(!bottom.contains("worker-43"))
        _ = screen.update(.moved(.down), in: context)
        #expect(text(of: screen, in: context) == bottom)
        _ = screen.update(.moved(.top), in: context)
        #expect(text(of: screen, in: context).contains("worker-0 "))
    }

    @Test("Names full of escapes are shown, never stored as such")
    func isHarmless() {
        let name = QueueName("a\u{1b}]0;x\u{7}\u{202e}b")
        let context = Shop.context(queues: [SteadyQueue(QueueSample(name: name, ready: 1))])
        var detail = QueueDetail(name: name, arguments: ["\u{1b}[2J": .string("\u{9b}31m")])
        detail.bindings = [
            QueueDetail.Binding(
                exchange: "\u{1b}c", exchangeType: "to\npic", routingKey: "\u{200b}k",
                arguments: [:])
        ]
        var screen = QueueScreen(queue: name)
        _ = screen.update(.detailed(name, .success(detail)), in: context)
        for _ in 0..<4 {
            _ = screen.perform(.nextPane, in: context)
            #expect(hostileScalars(in: text(of: screen, in: context)) == [])
        }
    }

    /// The screen after its details came.
    private func opened(
        in context: ScreenContext, _ detail: QueueDetail = Shop.paymentDetail
    ) -> QueueScreen {
        var screen = QueueScreen(queue: detail.name)
        _ = screen.update(.appeared, in: context)
        _ = screen.update(.detailed(detail.name, .success(detail)), in: context)
        return screen
    }
}
