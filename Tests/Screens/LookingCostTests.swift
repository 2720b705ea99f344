import BrokerLink
import Messaging
import Screens
import TestSupport
import Testing

/// Looking into queues of a broker where that changes something.
@Suite("What looking costs")
struct LookingCostTests {
    private static func context(
        isReadOnly: Bool = false, queues: [SteadyQueue] = Shop.queues
    ) -> ScreenContext {
        var identity = BrokerIdentity.fake(product: "RabbitMQ")
        identity.browseIntrusion = .marksRedelivered
        return Shop.context(identity: identity, queues: queues, isReadOnly: isReadOnly)
    }

    @Test("Whoever says no to the dead letters reads how to load them all the same")
    func cancelled() throws {
        let context = Self.context()
        var screen = DeadLettersScreen()
        #expect(screen.update(.appeared, in: context).dialogs.count == 1)
        let hint =
            "Nothing is read yet: on this broker, looking marks its messages redelivered."
        #expect(text(of: screen, in: context).contains(hint))
        #expect(text(of: screen, in: context).contains("^r asks again"))
        let dialog = try #require(screen.perform(.reload, in: context).dialogs.first)
        let request = try #require(dialog.effects.browses.first)
        let page = BrowsePage(queue: request.queue, messages: Shop.letters, hasMore: false)
        _ = screen.update(.browsed(request, .success(page)), in: context)
        #expect(!text(of: screen, in: context).contains("Nothing is read yet"))
        #expect(text(of: screen, in: context).contains("PaymentDeclined"))
    }

    @Test("How old the dead letters are is said, and how many there are now")
    func age() throws {
        var context = Self.context()
        var screen = DeadLettersScreen()
        let asked = try #require(screen.update(.appeared, in: context).dialogs.first)
        #expect(text(of: screen, in: context).contains("Dead letters  – "))
        let request = try #require(asked.effects.browses.first)
        let page = BrowsePage(queue: request.queue, messages: Shop.letters, hasMore: false)
        _ = screen.update(.browsed(request, .success(page)), in: context)
        context.now = context.now.adding(seconds: 304)
        #expect(text(of: screen, in: context).contains("─ read 5m 04s ago ─"))
        context.history =
            Self.context(
                queues: Shop.queues.map { queue in
                    var queue = queue
                    if queue.sample.name == "orders.dead" { queue.sample.ready += 7 }
                    return queue
                }
            ).history
        let depth = try #require(context.history.queue("orders.dead")?.sample.depth)
        #expect(text(of: screen, in: context).contains("read 5m 04s ago, now \(depth): ^r"))
    }

    @Test("A list that is narrowed to a queue tells that queue's age alone")
    func ageOfOne() throws {
        var context = Self.context()
        context.history =
            Self.context(
                queues: Shop.queues.map { queue in
                    var queue = queue
                    if queue.sample.name == "orders.payment" {
                        queue.sample.receivesDeadLetters = true
                    }
                    return queue
                }
            ).history
        var screen = DeadLettersScreen(focus: "orders.payment")
        let asked = try #require(screen.update(.appeared, in: context).dialogs.first)
        let first = try #require(asked.effects.browses.first)
        try #require(first.queue == "orders.dead")
        let dead = BrowsePage(queue: first.queue, messages: Shop.letters, hasMore: false)
        let second = try #require(
            screen.update(.browsed(first, .success(dead)), in: context).browses.first)
        try #require(second.queue == "orders.payment")
        context.now = context.now.adding(seconds: 100)
        let payments = BrowsePage(queue: second.queue, messages: Shop.letters, hasMore: false)
        _ = screen.update(.browsed(second, .success(payments)), in: context)
        context.now = context.now.adding(seconds: 4)
        #expect(text(of: screen, in: context).contains("read 4 s ago"))
        let isWidened = screen.giveUp(in: context)
        #expect(isWidened)
        #expect(text(of: screen, in: context).contains("read 1m 44s ago"))
    }

    @Test("Whoever says no to a queue's messages reads the same")
    func cancelledMessages() throws {
        let context = Self.context()
        var screen = MessagesScreen(queue: "orders.dead")
        _ = screen.update(.appeared, in: context)
        #expect(text(of: screen, in: context).contains("^r asks again"))
        #expect(!text(of: screen, in: context).contains("loading"))
        #expect(screen.perform(.reload, in: context).dialogs.count == 1)
    }

    @Test("A read-only console does not even ask")
    func readOnly() {
        let context = Self.context(isReadOnly: true)
        var letters = DeadLettersScreen()
        #expect(letters.update(.appeared, in: context) == [])
        #expect(letters.perform(.reload, in: context) == [])
        var messages = MessagesScreen(queue: "orders.dead")
        #expect(messages.update(.appeared, in: context) == [])
        for shown in [text(of: letters, in: context), text(of: messages, in: context)] {
            for words in ["Nothing was done. Looking into", "redelivered", "--read-only"] {
                #expect(shown.contains(words))
            }
        }
    }

    @Test("Where looking changes nothing, a read-only console looks")
    func harmless() {
        let context = Shop.context(isReadOnly: true)
        var letters = DeadLettersScreen()
        #expect(letters.update(.appeared, in: context).browses.count == 1)
        var messages = MessagesScreen(queue: "orders.dead")
        #expect(messages.update(.appeared, in: context).browses.count == 1)
    }

    @Test("A stream is read without a question, by a read-only console too")
    func stream() {
        let stream = SteadyQueue(
            QueueSample(
                name: "log", ready: 5, browseIntrusion: Intrusion.none, stream: StreamSample()))
        for isReadOnly in [false, true] {
            let context = Self.context(isReadOnly: isReadOnly, queues: [stream])
            var screen = MessagesScreen(queue: "log")
            #expect(screen.update(.appeared, in: context).browses.count == 1)
        }
    }

    @Test("Where looking may destroy messages, the queue's name has to be typed")
    func mayDestroy() throws {
        let context = Shop.context()
        let failure = LinkError.tooIntrusive("orders.dead", .mayDestroy)
        var screen = MessagesScreen(queue: "orders.dead")
        let request = try #require(screen.update(.appeared, in: context).browses.first)
        let dialog = try #require(
            screen.update(.browsed(request, .failure(failure)), in: context).dialogs.first)
        #expect(dialog.typedText == "orders.dead")
        #expect(dialog.isDestructive)
        #expect(dialog.lines.joined().contains("LOST"))
        // The list of dead letters reads again and again, so it does not offer it at all.
        var letters = DeadLettersScreen()
        let first = try #require(letters.update(.appeared, in: context).browses.first)
        let refusal = letters.update(
            .browsed(first, .failure(.tooIntrusive(first.queue, .mayDestroy))), in: context)
        #expect(refusal.dialogs.isEmpty)
        #expect(!refusal.notices.isEmpty)
    }

    @Test("A yes to dead letters that cost more than others is for one look")
    func oneLook() throws {
        let context = Shop.context()
        var screen = DeadLettersScreen()
        let first = try #require(screen.update(.appeared, in: context).browses.first)
        let failure = LinkError.tooIntrusive(first.queue, .mayDeadLetter)
        let asked = screen.update(.browsed(first, .failure(failure)), in: context)
        let request = try #require(asked.dialogs.first?.effects.browses.first)
        #expect(request.intrusionMax == .mayDeadLetter)
        let page = BrowsePage(queue: first.queue, messages: Shop.letters, hasMore: false)
        _ = screen.update(.browsed(request, .success(page)), in: context)
        let again = screen.update(.deletedMessages(first.queue, .success(1)), in: context).browses
        #expect(again.map(\.intrusionMax) == [.none])
    }

    @Test("A look that had to stop says why, and does not go on by itself")
    func stopped() throws {
        let context = Shop.context()
        var screen = MessagesScreen(queue: "orders.dead")
        let request = try #require(screen.update(.appeared, in: context).browses.first)
        let stop = LookStop(queue: "orders.dead", place: 3, returnsMax: 2, fate: .near)
        let page = BrowsePage(
            queue: "orders.dead", messages: Shop.letters, hasMore: false, stop: stop)
        let effects = screen.update(.browsed(request, .success(page)), in: context)
        #expect(effects.browses.isEmpty)
        #expect(effects.notices == ["\(stop)"])
    }

    @Test("A queue that costs more than its broker's others is asked about, unless read-only")
    func costsMore() throws {
        for isReadOnly in [false, true] {
            let context = Shop.context(isReadOnly: isReadOnly)
            var screen = MessagesScreen(queue: "orders.dead")
            let request = try #require(screen.update(.appeared, in: context).browses.first)
            let failure = LinkError.tooIntrusive("orders.dead", .mayDeadLetter)
            let effects = screen.update(.browsed(request, .failure(failure)), in: context)
            #expect(effects.dialogs.count == (isReadOnly ? 0 : 1))
        }
    }
}
