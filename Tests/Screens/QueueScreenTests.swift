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
        #expect(text(of: opened(in: context), in: context) == "@@queue80@@")
    }

    @Test("At 120x40: charts beside each other, and all lists at once")
    func showsAllLists() {
        let context = Shop.context(columns: 120, rows: 40)
        #expect(text(of: opened(in: context), in: context) == "@@queue120@@")
    }

    @Test("At 40x12 one pane at a time, and tab goes through them")
    func showsOnePane() {
        let context = Shop.context(columns: 40, rows: 12)
        var screen = opened(in: context)
        #expect(text(of: screen, in: context) == "@@queue40@@")
        _ = screen.perform(.nextPane, in: context)
        _ = screen.perform(.nextPane, in: context)
        #expect(text(of: screen, in: context) == "@@queue40bindings@@")
        _ = screen.perform(.nextPane, in: context)
        _ = screen.perform(.nextPane, in: context)
        #expect(text(of: screen, in: context) == text(of: opened(in: context), in: context))
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
            QueueDetail.Consumer(
                tag: ConsumerTag("worker-\(number)"), connection: "c", channel: ChannelNumber(1),
                prefetch: 1, unacked: 0, needsAck: true, oldestUnackedMicroseconds: nil)
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
